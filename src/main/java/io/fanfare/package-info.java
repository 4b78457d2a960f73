/// Fanfare, a reactive notification gateway: Kafka records to the right user's open
/// WebSockets. Each package below is one room; the rooms and what they may use are held
/// by tests.
@NullMarked
package io.fanfare;

import org.jspecify.annotations.NullMarked;
