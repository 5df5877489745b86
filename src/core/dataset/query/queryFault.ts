/** Why a query cannot be read. */
export type QueryFaultCode =
	| 'unclosedQuote'
	| 'unclosedRegex'
	| 'invalidRegex'
	| 'unknownFlag'
	| 'unclosedGroup'
	| 'unopenedGroup'
	| 'emptyGroup'
	| 'missingOperand'
	| 'runOn'
	| 'unknownKey'
	| 'missingPath'
	| 'missingValue'
	| 'unknownChoice'
	| 'notANumber'
	| 'wrongOperator'
	| 'twoRoles'
	| 'tooLong';

/** A place in a query and what is wrong there. */
export interface QueryFault {
	readonly code: QueryFaultCode;
	/** UTF-16 offsets in the query; `end` is exclusive and may equal `start` at the end. */
	readonly start: number;
	readonly end: number;
	/** For people, one sentence or two. */
	readonly message: string;
	/** What may have been meant, to take the place of `start` to `end`. */
	readonly suggestion?: string;
}

/** Facts for the sentence. */
export interface FaultFacts {
	/** The text at the place. */
	readonly word?: string;
	/** The key that the term begins with. */
	readonly key?: string;
	readonly reason?: string;
	readonly suggestion?: string;
}

const inQuotes = 'To search for it as text, put it in quotes.';

const sentences: Readonly<Record<QueryFaultCode, (f: FaultFacts) => string>> = {
	unclosedQuote: () => 'This quote has no end. Close it with ".',
	unclosedRegex: () => `This expression has no end. Close it with /. ${inQuotes}`,
	invalidRegex: f => `This is not a regular expression: ${f.reason ?? 'it cannot be read'}.`,
	unknownFlag: f =>
		`“${f.word ?? ''}” is not a flag of an expression; there are i, m, s and u. ${inQuotes}`,
	unclosedGroup: () => 'This parenthesis has no end. Close it with ).',
	unopenedGroup: () => `Nothing is open that this parenthesis could close. ${inQuotes}`,
	emptyGroup: () => 'There is nothing between these parentheses.',
	missingOperand: f => `A condition is missing beside ${f.word ?? 'this'}. ${inQuotes}`,
	runOn: () => 'A space is missing here.',
	unknownKey: f => `There is no “${f.word ?? ''}” to ask for.${maybe(f)} ${inQuotes}`,
	missingPath: f => `Name the field: ${f.key ?? 'field'}.score`,
	missingValue: f => `A value is missing after “${f.key ?? ''}”.`,
	unknownChoice: f => `“${f.word ?? ''}” is not a ${f.key ?? 'value'}.${maybe(f)}`,
	notANumber: f => `“${f.word ?? ''}” is not a number, and “${f.key ?? ''}” is one.`,
	wrongOperator: f => `“${f.key ?? ''}” cannot be compared with ${f.word ?? 'this'}.`,
	twoRoles: () =>
		'Terms side by side ask for one message, which has one role. For two messages write (role:user …) (role:assistant …).',
	tooLong: () => 'This query is too long or too deeply nested.',
};

export function queryFault(
	code: QueryFaultCode,
	start: number,
	end: number,
	facts: FaultFacts = {},
): QueryFault {
	const { suggestion } = facts;
	const message = sentences[code](facts);
	return { code, start, end, message, ...(suggestion === undefined ? {} : { suggestion }) };
}

function maybe({ suggestion }: FaultFacts): string {
	return suggestion === undefined ? '' : ` Did you mean “${suggestion}”?`;
}
