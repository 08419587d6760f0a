/* A table that is wider than the screen scrolls in its frame; the keyboard reaches the frame too. */
const reachable = () => {
  for (const frame of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) {
    frame.tabIndex = 0;
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", "table");
  }
};
new MutationObserver(reachable).observe(document.documentElement, { childList: true, subtree: true });
