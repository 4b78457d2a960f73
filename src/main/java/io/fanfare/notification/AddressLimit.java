package io.fanfare.notification;

/// How many addresses one session has at most.
///
/// @param perSession addresses
public record AddressLimit(int perSession) {
}
