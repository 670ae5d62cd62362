/** Creates HTML elements. */

/**
 * Create an element with attributes and children.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string | number>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    node.setAttribute(key, String(value));
  }
  node.append(...children);
  return node;
}

/**
 * Make a button.
 *
 * @param {string} label its name for screen readers, and its tooltip
 * @param {(event: MouseEvent) => void} onClick
 * @param {(Node | string)[]} children
 */
export function button(label, onClick, ...children) {
  const attributes = { type: "button", "aria-label": label, title: label };
  const node = element("button", attributes, ...children);
  node.addEventListener("click", onClick);
  return node;
}
