import { GoHub } from './client.js';
import { ErrorCode, GoHubError } from './error.js';

// One global for pages without modules: the class, which carries the rest.
Object.assign(globalThis, { GoHub: Object.assign(GoHub, { ErrorCode, GoHubError }) });
