/** esbuild gathers imported style sheets into the page's one file. */
declare module '*.css';
