package io.fanfare.audit;

/// What the parts of one run share.
///
/// @param publications what is published
/// @param findings what must not be
/// @param tally how much of what
/// @param log what happened when
record Audit(Publications publications, Findings findings, Tally tally, AuditLog log) {
}
