/// The load tool: opens many authenticated sessions against the built gateway as its own
/// process, publishes through a real producer, and measures. `docs/performance.md` says how it
/// is run. Test sources only; nothing here ships.
@NullMarked
package io.fanfare.load;

import org.jspecify.annotations.NullMarked;
