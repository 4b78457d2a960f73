package io.fanfare.flow;

import java.nio.charset.StandardCharsets;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.core.format.EventDeserializationException;
import io.cloudevents.jackson.JsonFormat;
import org.jspecify.annotations.Nullable;

/// One frame that a client received, as sent and as the CloudEvents SDK reads it.
///
/// @param json the frame's text
/// @param event the same, read by the SDK
public record Event(String json, CloudEvent event) {

	private static final JsonFormat FORMAT = new JsonFormat();

	/// Reads a frame.
	/// @throws AssertionError if it is no structured CloudEvent
	static Event read(String json) {
		try {
			return new Event(json, FORMAT.deserialize(json.getBytes(StandardCharsets.UTF_8)));
		}
		catch (EventDeserializationException ex) {
			throw new AssertionError("The CloudEvents SDK cannot read " + json, ex);
		}
	}

	/// Returns the `type` attribute.
	public String type() {
		return this.event.getType();
	}

	/// Returns the `source` attribute.
	public String source() {
		return this.event.getSource().toString();
	}

	/// Returns the `id` attribute.
	public String id() {
		return this.event.getId();
	}

	/// Whether it is one of the gateway's own events.
	public boolean isControl() {
		return type().startsWith("io.fanfare.");
	}

	/// Returns the cursor that the event carries.
	/// @throws AssertionError if there is none
	public String cursor() {
		if (this.event.getExtension("cursor") instanceof String cursor) {
			return cursor;
		}
		throw new AssertionError("No cursor in " + this.json);
	}

	/// Returns the data as text: of JSON data its JSON.
	/// @throws AssertionError if there is none
	public String data() {
		@Nullable CloudEventData data = this.event.getData();
		if (data == null) {
			throw new AssertionError("No data in " + this.json);
		}
		return new String(data.toBytes(), StandardCharsets.UTF_8);
	}

}
