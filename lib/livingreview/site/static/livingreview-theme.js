/* The chosen theme, before anything is drawn: a file of its own, because pages run no inline script. */
document.documentElement.dataset.mode = localStorage.getItem("mode") || "auto";
document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";
