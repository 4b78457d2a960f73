/// A TCP proxy that does to connections what networks do: it cuts them at any byte and
/// stalls them. For fault tests and for the console page. Test sources only; nothing here
/// ships.
@NullMarked
package io.fanfare.proxy;

import org.jspecify.annotations.NullMarked;
