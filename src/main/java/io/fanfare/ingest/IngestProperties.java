package io.fanfare.ingest;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.fanfare.notification.Partitioner;
import io.fanfare.notification.TopicBinding;
import io.fanfare.notification.TopicBindings;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// What is read from Kafka, and how recipients are named.
///
/// @param topics bound topics
/// @param deadLetterTopic topic that bad records are copied to; none are copied without it
/// @param maxRecordSize bytes that a record's value, and its headers, have at most
/// @param metadataInterval time between two looks at topics, partitions and end offsets
@Validated
@ConfigurationProperties("fanfare.ingest")
public record IngestProperties(@NotEmpty(message = "must name at least one topic") List<@Valid Topic> topics,
		@Nullable String deadLetterTopic, @DefaultValue("64KB") DataSize maxRecordSize,
		@DefaultValue("1s") @DurationMin(millis = 50) @DurationMax(minutes = 1) Duration metadataInterval) {

	private static final DataSize LARGEST_RECORD_SIZE = DataSize.ofGigabytes(1);

	public IngestProperties {
		topics = (topics != null) ? List.copyOf(topics) : List.of();
		deadLetterTopic = (deadLetterTopic != null && !deadLetterTopic.isBlank()) ? deadLetterTopic : null;
		Set<String> names = new HashSet<>();
		for (Topic topic : topics) {
			if (!names.add(topic.name())) {
				throw new IllegalArgumentException("Topic '" + topic.name() + "' is bound twice");
			}
		}
		if (maxRecordSize.toBytes() < 1 || maxRecordSize.compareTo(LARGEST_RECORD_SIZE) > 0) {
			throw new IllegalArgumentException("The largest record size is from 1B to " + LARGEST_RECORD_SIZE);
		}
		if (deadLetterTopic != null && names.contains(deadLetterTopic)) {
			// A copy that is bad in its turn would be copied again, for ever.
			throw new IllegalArgumentException("The dead-letter topic '" + deadLetterTopic + "' is bound");
		}
	}

	/// Returns the topics as the other rooms know them.
	public TopicBindings bindings() {
		return new TopicBindings(this.topics.stream().map(Topic::binding).toList());
	}

	/// One bound topic.
	///
	/// @param name name of the Kafka topic
	/// @param addressBy claim that recipients are matched against, or everyone
	/// @param addressFrom where the recipient stands: key, or header:NAME
	/// @param defaultType CloudEvents type of records that are not CloudEvents themselves
	/// @param partitioner how the topic's producers choose a record's partition from its
	/// key
	public record Topic(@NotBlank String name, @DefaultValue("sub") @NotBlank String addressBy,
			@DefaultValue("key") @Pattern(regexp = "key|header:.+",
					message = "must be 'key' or 'header:NAME'") String addressFrom,
			@DefaultValue("notification") @NotBlank @Pattern(regexp = "(?!io\\.fanfare\\.).*",
					message = "must not begin with 'io.fanfare.'") String defaultType,
			@DefaultValue("any") Partitioner partitioner) {

		private static final String HEADER = "header:";

		TopicBinding binding() {
			String header = this.addressFrom.startsWith(HEADER) ? this.addressFrom.substring(HEADER.length()) : null;
			return new TopicBinding(this.name, this.addressBy, header, this.defaultType, this.partitioner);
		}

	}

}
