import { chat } from './chat.js';
import { me, onOtherTab } from './session.js';
import { welcome } from './view/welcome.js';

// Who takes or gives up a name in one tab does so in all.
onOtherTab(() => location.reload());

if (me) chat(me);
else welcome(() => location.reload());
