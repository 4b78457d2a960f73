/// What a developer and the tests run the gateway against: a broker, an issuer and the
/// development run that starts both beside it. Test sources only; nothing here ships.
@NullMarked
package io.fanfare.dev;

import org.jspecify.annotations.NullMarked;
