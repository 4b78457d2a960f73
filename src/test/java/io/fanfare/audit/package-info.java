/// The log audit: numbered notifications for many users, clients that stall, are cut off and come
/// back to another gateway, gateways that are killed; and afterwards the question whether everybody
/// has everything. `docs/operations.md` says how it is run. Test sources only; nothing here ships.
@NullMarked
package io.fanfare.audit;

import org.jspecify.annotations.NullMarked;
