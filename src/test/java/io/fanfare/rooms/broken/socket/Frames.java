package io.fanfare.rooms.broken.socket;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import reactor.core.publisher.Sinks;
import reactor.kafka.receiver.ReceiverOptions;

import org.springframework.security.oauth2.jwt.Jwt;

/// Knows Kafka, reactor-kafka, tokens and sinks, none of which it may.
public record Frames(ConsumerRecord<String, String> consumed, ReceiverOptions<String, String> options,
		Sinks.Many<Jwt> sink) {
}
