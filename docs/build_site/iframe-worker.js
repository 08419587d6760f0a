/* Browsers start no worker for a page opened as a file. There, the search runs in a hidden frame of the page instead;
   served pages keep the browser's own worker. The builder asks for a script of this name elsewhere unless it is here. */
if (location.protocol === "file:") {
  const send = (target, type, said) => {
    const data = structuredClone(said);
    setTimeout(() => target.dispatchEvent(new MessageEvent(type, { data })));
  };
  window.sendFromFrame = (data) => send(window, "search-answer", data);
  window.Worker = class extends EventTarget {
    constructor(address) {
      super();
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.title = "search";
      this.loaded = new Promise((resolve) => (this.frame.onload = resolve));
      this.frame.srcdoc = `<script>window.postMessage = parent.sendFromFrame; window.importScripts = () => {};<\/script>
        <script src="${address}"><\/script>`;
      window.addEventListener("search-answer", ({ data }) => {
        const answer = new MessageEvent("message", { data });
        this.dispatchEvent(answer);
        this.onmessage?.(answer);
      });
      document.body.append(this.frame);
    }
    async postMessage(message) {
      await this.loaded;
      send(this.frame.contentWindow, "message", message);
    }
    terminate() {}
  };
}
