package io.fanfare.dev;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/// `POST /dev/publish/{topic}?key=`: one record with the body as its value, so that the
/// console page and a pasted curl can publish without a Kafka client.
///
/// Serves this machine alone, see [LocalOnly].
/// Threads: reads on the event loop; the producer, which is waited for, is called on
/// the bounded elastic scheduler.
class DevPublish implements AutoCloseable {

	private static final int TIMEOUT_MILLIS = 5_000;

	private final Admin admin;

	private final KafkaProducer<byte[], byte[]> producer;

	DevPublish(String bootstrapServers) {
		this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers, "client.id", "dev-publish",
				"request.timeout.ms", TIMEOUT_MILLIS, "default.api.timeout.ms", TIMEOUT_MILLIS));
		this.producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrapServers, "client.id", "dev-publish",
				"linger.ms", 0, "max.block.ms", TIMEOUT_MILLIS, "request.timeout.ms", TIMEOUT_MILLIS,
				"delivery.timeout.ms", TIMEOUT_MILLIS), new ByteArraySerializer(), new ByteArraySerializer());
	}

	RouterFunction<ServerResponse> route() {
		return RouterFunctions.route().POST("/dev/publish/{topic}", this::publish).filter(new LocalOnly()).build();
	}

	@Override
	public void close() {
		this.producer.close(Duration.ofSeconds(1));
		this.admin.close(Duration.ofSeconds(1));
	}

	private Mono<ServerResponse> publish(ServerRequest request) {
		String topic = request.pathVariable("topic");
		return request.bodyToMono(byte[].class)
			.defaultIfEmpty(new byte[0])
			.flatMap((value) -> exists(topic).then(send(record(request, topic, value))))
			.flatMap(
					(written) -> ServerResponse.ok()
						.contentType(MediaType.APPLICATION_JSON)
						.bodyValue(Map.of("topic", written.topic(), "partition", written.partition(), "offset",
								written.offset())))
			.onErrorResume((failure) -> refuse(topic, failure));
	}

	private Mono<Void> exists(String topic) {
		return Mono
			.fromCompletionStage(() -> this.admin.describeTopics(List.of(topic)).allTopicNames().toCompletionStage())
			.then();
	}

	private Mono<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
		return Mono.fromCallable(() -> this.producer.send(record).get())
			.onErrorMap(ExecutionException.class, (failure) -> Objects.requireNonNullElse(failure.getCause(), failure))
			.subscribeOn(Schedulers.boundedElastic());
	}

	private static ProducerRecord<byte[], byte[]> record(ServerRequest request, String topic, byte[] value) {
		byte @Nullable [] key = request.queryParam("key")
			.map((text) -> text.getBytes(StandardCharsets.UTF_8))
			.orElse(null);
		ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, value);
		contentType(request)
			.ifPresent((type) -> record.headers().add("content-type", type.getBytes(StandardCharsets.UTF_8)));
		return record;
	}

	// What curl -d sends unasked says nothing about the value.
	private static Optional<String> contentType(ServerRequest request) {
		return Optional.ofNullable(request.headers().firstHeader(HttpHeaders.CONTENT_TYPE))
			.filter((type) -> !type.startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE));
	}

	private static Mono<ServerResponse> refuse(String topic, Throwable failure) {
		return switch (failure) {
			case UnknownTopicOrPartitionException unknown -> answer(HttpStatus.NOT_FOUND, "There is no topic " + topic);
			case InvalidTopicException invalid -> answer(HttpStatus.NOT_FOUND, "There is no topic " + topic);
			case RecordTooLargeException large ->
				answer(HttpStatus.CONTENT_TOO_LARGE, "The record is larger than the broker takes");
			case DataBufferLimitException large ->
				answer(HttpStatus.CONTENT_TOO_LARGE, "The body is larger than this endpoint takes");
			case org.apache.kafka.common.errors.TimeoutException late -> answer(HttpStatus.SERVICE_UNAVAILABLE,
					"The broker did not answer within " + TIMEOUT_MILLIS / 1000 + " s");
			default -> Mono.error(failure);
		};
	}

	private static Mono<ServerResponse> answer(HttpStatus status, String error) {
		return ServerResponse.status(status).contentType(MediaType.APPLICATION_JSON).bodyValue(Map.of("error", error));
	}

}
