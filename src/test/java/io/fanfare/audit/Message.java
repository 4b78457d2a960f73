package io.fanfare.audit;

import org.jspecify.annotations.Nullable;

/// A notification to be published.
///
/// @param number its number, counted over all topics
/// @param to who is to get it: a user, a group or everyone
/// @param key the record's key, which is `to`, or `null` where that is everyone
record Message(int number, AuditTopic topic, String to, @Nullable String key, String value) {
}
