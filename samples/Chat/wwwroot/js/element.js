// The only way this page makes nodes: text goes in as text nodes, so nothing a person writes is ever markup.

export const byId = id => document.getElementById(id);

export const element = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

/** Text of somebody else, kept from turning the direction of what stands beside it. */
export const isolated = (text, attributes = {}) => element('bdi', { dir: 'auto', ...attributes }, text);

const pictures = 'http://www.w3.org/2000/svg';

/** A picture of one line, drawn in the colour of the text. */
export const icon = path => fill(document.createElementNS(pictures, 'svg'), { viewBox: '0 0 20 20', class: 'icon', 'aria-hidden': 'true' }, [
  fill(document.createElementNS(pictures, 'path'), { d: path }, []),
]);

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (value === true) {
      node.setAttribute(name, '');
    } else if (value !== false && value !== undefined && value !== null) {
      node.setAttribute(name, value);
    }
  }
  node.append(...children.filter(child => child !== null && child !== undefined && child !== false));
  return node;
}
