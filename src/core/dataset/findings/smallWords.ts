/** Words that keep their small letter at the beginning of a sentence, or whose `!` ends none. */
export const smallNames: ReadonlySet<string> = new Set(
	(
		'pandas numpy scipy matplotlib seaborn sklearn pytest pip conda npm npx yarn pnpm node deno git ' +
		'gh svn grep sed awk jq curl wget ls cd cp mv rm cat tar zip ssh scp rsync sudo chmod chown vim ' +
		'emacs nano bash zsh fish docker kubectl nginx systemd systemctl cron make cmake gcc clang ' +
		'malloc printf scanf strlen stdin stdout stderr libc glibc ffmpeg sqlite psql mysql python ' +
		'python3 pyenv virtualenv jquery webpack eslint prettier async await def elif const null ' +
		'nil true false undefined self this.props adidas lululemon thyssenkrupp mongod redis kafka ' +
		'iptables tcpdump nmap ping traceroute ifconfig mkdir touch echo export apt yum brew snap ' +
		'lo yahoo jeopardy yum oklahoma chegg bell danah lang pytorch tensorflow keras spacy nltk ' +
		'torch jax dplyr ggplot2 tidyverse lxml argparse asyncio datetime itertools regex kubeadm terraform ansible'
	).split(' '),
);

/** Words without their last stop that do not end a sentence, in several languages. */
export const abbreviations: ReadonlySet<string> = new Set(
	// English
	(
		'etc vs cf approx ca dr mr mrs ms prof rev hon sgt capt lt col gen gov sen rep pres st mt ft inc ' +
		'ltd co corp bros llc plc fig figs vol vols al jr sr dept est min max avg ex ed eds p pp lb lbs ' +
		'oz sq tel ext viz ibid op cit resp incl excl misc assn univ ave blvd rd jan feb apr jun jul ' +
		'aug sep sept oct nov dec mon tue tues wed thu thur thurs fri a.m p.m e.g i.e ph.d ' +
		'b.c a.d u.s u.k u.n hrs hr mins secs sec tbsp tsp temp qty ref refs nos sect chap ch ' +
		'para ver v eq eqs thm lem def cor prop ' +
		// German, Dutch, Swedish
		'usw bzw evtl ggf inkl exkl zzgl vgl nr str z.b d.h u.a o.ä s.o s.u i.d.r u.u z.t ca abb aufl bd ' +
		'geb gest jh jhd std tel bspw sog bijv enz o.a d.w.z m.b.t t.a.v blz bl.a t.ex dvs osv m.m s.k fr ' +
		// French, Spanish, Portuguese, Italian
		'p.ex c.-à-d env av apr éd fasc m mm mme mlle sra sr srta ud uds vd vds p.ej ee.uu aprox pág págs ' +
		'núm av avda pza ex. exmo dra séc pag pagg ecc dott sig sigg ing avv es prof.ssa ' +
		// Polish, Turkish, Russian, Ukrainian
		'np tzn tj itp itd m.in ul al godz wg św ww vb vs örn yy т.е т.д т.п т.к др пр г гг в вв руб тыс ' +
		'млн млрд стр рис см ул им напр акад проф тобто і т.і'
	).split(' '),
);
