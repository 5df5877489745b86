/**
 * The style sheet of a report. It stands in the page itself, whose policy allows this text and no
 * other by `reportStyleHash`; a test holds the two together.
 */
export const reportStyle = `
:root{color-scheme:light dark;--text:#1f2328;--muted:#59636e;--line:#d9dee3;--grid:#e4e7eb;--page:#fff;--card:#fff;--soft:#f5f7f9;--error:#b3261e;--warning:#8a5300;--info:#0f62c9;--link:#0f62c9;
--s0:#0f50aa;--s1:#cf5a00;--s2:#8d4fd6;--s3:#208b5d;--s4:#1f2328;--s5:#9f2a69;--s6:#3a96c8;--s7:#7b5304}
@media screen and (prefers-color-scheme:dark){:root{--text:#e6e8eb;--muted:#9aa4af;--line:#30363d;--grid:#2c3138;--page:#101215;--card:#16181c;--soft:#1b1f24;--error:#ff8a80;--warning:#f0b35b;--info:#7cb7ff;--link:#7cb7ff;
--s0:#3f9cf7;--s1:#e8843c;--s2:#c795c4;--s3:#7cc08c;--s4:#e6e8eb;--s5:#d95f6a;--s6:#77c7fe;--s7:#f0e442}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
main,header,footer{max-width:1080px;margin:0 auto;padding:0 24px}
header{padding-top:32px}
h1{margin:0;font-size:24px;line-height:1.25;font-weight:650}
h2{margin:36px 0 12px;font-size:17px;font-weight:650}
h3{margin:0;font-size:13.5px;font-weight:600}
.group{margin:24px 0 10px;font-size:14px}
p{margin:0}
a{color:var(--link)}
.muted,figcaption,footer,.unit,.count{color:var(--muted)}
.lead{margin-top:4px;color:var(--muted)}
.swatch{flex:none;width:10px;height:10px;border-radius:50%;display:inline-block;margin-right:7px}
.c0{background:var(--s0)}.c1{background:var(--s1)}.c2{background:var(--s2)}.c3{background:var(--s3)}.c4{background:var(--s4)}.c5{background:var(--s5)}.c6{background:var(--s6)}.c7{background:var(--s7)}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums}
th,td{padding:5px 20px 5px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);overflow-wrap:normal}
thead th{color:var(--muted);font-weight:500;white-space:nowrap}
tbody th{font-weight:400;color:var(--muted);white-space:nowrap}
.results tbody th{color:var(--text)}
td.number,th.number{text-align:right;white-space:nowrap}
td.long{max-width:56ch;overflow-wrap:anywhere}
.facts{columns:300px;column-gap:40px}
.facts table{width:100%;break-inside:avoid;margin-bottom:20px}
.facts caption{text-align:left;font-weight:600;padding-bottom:4px}
.findings{list-style:none;margin:0;padding:0;display:grid;gap:10px}
.finding{padding:10px 14px;border:1px solid var(--line);border-left:3px solid var(--info);border-radius:4px;background:var(--card)}
.finding.error{border-left-color:var(--error)}.finding.warning{border-left-color:var(--warning)}
.finding b{margin-right:6px}.finding.error b{color:var(--error)}.finding.warning b{color:var(--warning)}.finding.info b{color:var(--info)}
.finding p+p,.finding pre{margin-top:4px}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,440px),1fr));gap:16px}
figure{margin:0;padding:12px 14px;border:1px solid var(--line);border-radius:6px;background:var(--card);break-inside:avoid;display:flex;flex-direction:column}
.head{display:flex;justify-content:space-between;gap:12px;align-items:baseline}
.unit,.count{font-size:12px;font-weight:400}.count{white-space:nowrap}
figcaption{font-size:12px;line-height:1.4;margin-top:2px}
figure .wide{margin-top:auto;padding-top:8px}
.wide>svg{display:block;width:100%;height:auto;min-width:400px}
pre{margin:0;padding:12px 14px;border:1px solid var(--line);border-radius:6px;background:var(--soft);font:12px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
.note{margin-top:8px;color:var(--muted);font-size:12.5px}
footer{margin-top:36px;padding-top:12px;padding-bottom:32px;font-size:12.5px}
footer p{border-top:1px solid var(--line);padding-top:12px}
.t{fill:var(--text)}.m{fill:var(--muted)}.g{stroke:var(--grid)}.a{stroke:var(--muted)}.k{fill:var(--muted)}.w{stroke:var(--error)}
.s0{stroke:var(--s0)}.s1{stroke:var(--s1)}.s2{stroke:var(--s2)}.s3{stroke:var(--s3)}.s4{stroke:var(--s4)}.s5{stroke:var(--s5)}.s6{stroke:var(--s6)}.s7{stroke:var(--s7)}
.s0 .f{fill:var(--s0)}.s1 .f{fill:var(--s1)}.s2 .f{fill:var(--s2)}.s3 .f{fill:var(--s3)}.s4 .f{fill:var(--s4)}.s5 .f{fill:var(--s5)}.s6 .f{fill:var(--s6)}.s7 .f{fill:var(--s7)}
@media (max-width:560px){main,header,footer{padding-left:14px;padding-right:14px}h1{font-size:20px}}
@media print{@page{margin:14mm}body{font-size:11px}table{font-size:10px}th,td{padding:3px 9px 3px 0}main,header,footer{max-width:none;padding-left:0;padding-right:0}header{padding-top:0}h2{margin-top:22px;break-after:avoid}.group{break-after:avoid}.figures{grid-template-columns:1fr 1fr;gap:10px}.wide>svg{min-width:0}.finding,tr{break-inside:avoid}a{color:inherit}.wide{overflow:visible}}
`;

/** SHA-256 of the style sheet in base64. */
export const reportStyleHash = 'jvvRna8p6HM6xE8wxvCAQnNS24BrDOPnJLpGG35jSB4=';
