package io.fanfare.load;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a session was told that it will not get (`docs/protocol.md` §4).
///
/// @param from first offset left out
/// @param to first offset that is not
/// @param count notifications left out, -1 where that is not told
record Gap(String reason, String topic, int partition, long from, long to, long count) {

	private static final JsonMapper JSON = new JsonMapper();

	/// Reads an `io.fanfare.gap` event.
	static Gap of(String event) {
		JsonNode data = JSON.readTree(event).required("data");
		return new Gap(data.required("reason").asString(), data.required("topic").asString(),
				data.required("partition").asInt(), data.required("from").asLong(), data.required("to").asLong(),
				data.path("count").asLong(-1));
	}

}
