package io.fanfare.routing;

import org.springframework.util.unit.DataSize;

/// The size of records that are delivered.
///
/// @param maxSize bytes that a record's value, and its headers, have at most
public record RecordLimit(DataSize maxSize) {
}
