/// The whole product in one process, from a record to a socket, against a real broker.
@NullMarked
package io.fanfare.flow;

import org.jspecify.annotations.NullMarked;
