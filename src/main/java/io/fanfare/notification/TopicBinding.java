package io.fanfare.notification;

import org.jspecify.annotations.Nullable;

/// How the records of one Kafka topic name their recipients.
///
/// @param topic name of the Kafka topic
/// @param addressBy name of the claim that recipients are matched against, or `everyone`
/// @param addressHeader name of the record header that holds the recipients, or `null`
/// where the record's key is the recipient
/// @param defaultType CloudEvents `type` of records that are not CloudEvents themselves
public record TopicBinding(String topic, String addressBy, @Nullable String addressHeader, String defaultType) {

	/// Whether every session is a recipient.
	public boolean toEveryone() {
		return this.addressBy.equals(Address.EVERYONE_CLAIM);
	}

}
