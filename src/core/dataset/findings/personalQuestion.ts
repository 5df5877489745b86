const direct =
	/\b(?:do|did|have|had|are|were|would|will|can|could|may|does|is) (?:you|it|chatgpt|an? ai) (?:ever |personally |really |actually |also |still |even |truly )?(?:feel|felt|think|believe|like|love|enjoy|hate|prefer|dream|remember|experienced?|been|had|have (?:a|any|feelings|emotions|friends|opinions|consciousness|preferences|beliefs)|tried|eaten|seen|visited|want|wish|sleep|cry|get (?:bored|tired|lonely|angry|sad)|exist|alive|conscious|sentient|human|real|happy|sad|lonely|bored|self-aware|an? (?:ai|robot|human|bot|person|machine|man|woman))\b/i;
const owned =
	/\byour (?:own |personal |favou?rite |honest )*(?:opinions?|feelings?|favou?rite|experiences?|thoughts?|views?|beliefs?|emotions?|preferences?|name|age|family|childhood|memor(?:y|ies)|life|hobb(?:y|ies)|dreams?|gender|birthday|friends?|hometown|take|perspective|story|mood|day|weekend)\b/i;
const asked =
	/\b(?:what|which|who|how|where|why) (?:do|would|did|are|were|will|is|have) you(?:r)? ?(?:personally |really )?(?:think|feel|feeling|like|want|prefer|believe|choose|doing|from|live|born|made|created|trained|been|rather|most|$|\?)|\bhow old are you\b|\b(?:who|what) are you\b|\bwho (?:made|created|built|developed|trained|owns|designed) you\b|\bare you (?:chatgpt|gpt|siri|alexa|an?\b)|\babout yourself\b|\bif you (?:were|could|had)\b|\bdescribe yourself\b|\bintroduce yourself\b|\bhave you ever\b|\byourself\b.{0,40}\bopinion\b/i;

/**
 * Whether the user asks the model about itself: its opinions, feelings, life. An answer that says
 * what it has none of is then right.
 */
export function isPersonalQuestion(prompt: string): boolean {
	const shown = prompt.slice(-2000);
	return direct.test(shown) || owned.test(shown) || asked.test(shown);
}
