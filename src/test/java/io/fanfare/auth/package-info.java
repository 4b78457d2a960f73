@NullMarked
package io.fanfare.auth;

import org.jspecify.annotations.NullMarked;
