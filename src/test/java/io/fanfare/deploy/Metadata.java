package io.fanfare.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.jspecify.annotations.Nullable;

/// The configuration properties that Spring Boot's annotation processor has found, by name.
record Metadata(Map<String, Property> properties) {

	private static final String RESOURCE = "META-INF/spring-configuration-metadata.json";

	/// Returns the properties of everything on the classpath.
	static Metadata ofClasspath() throws IOException {
		Map<String, Property> properties = new TreeMap<>();
		for (URL url : Collections.list(Metadata.class.getClassLoader().getResources(RESOURCE))) {
			try (InputStream in = url.openStream();
					InputStreamReader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
				JsonObject json = JsonParser.parseReader(reader).getAsJsonObject();
				for (JsonElement element : json.getAsJsonArray("properties")) {
					Property property = Property.of(element.getAsJsonObject());
					properties.put(property.name(), property);
				}
			}
		}
		return new Metadata(properties);
	}

	/// Returns the gateway's own properties.
	Map<String, Property> own() {
		Map<String, Property> own = new TreeMap<>(this.properties);
		own.keySet().removeIf((name) -> !name.startsWith("fanfare."));
		return own;
	}

	/// Whether a property is known by that name, or lies in a known list or map.
	boolean knows(String name) {
		Property whole = this.properties.get(name.replaceFirst("\\[.*", ""));
		return whole != null || this.properties.values()
			.stream()
			.anyMatch((property) -> property.type().startsWith("java.util.Map")
					&& name.startsWith(property.name() + "."));
	}

	/// One property.
	///
	/// @param defaultValue as in the document, or `null`
	record Property(String name, String type, String description, @Nullable String defaultValue) {

		private static Property of(JsonObject json) {
			return new Property(json.get("name").getAsString(), text(json, "type", ""), text(json, "description", ""),
					defaultValue(json.get("defaultValue")));
		}

		private static @Nullable String defaultValue(@Nullable JsonElement value) {
			if (value == null) {
				return null;
			}
			return value.isJsonPrimitive() ? value.getAsString() : value.toString();
		}

		private static String text(JsonObject json, String member, String otherwise) {
			return json.has(member) ? json.get(member).getAsString() : otherwise;
		}

	}

}
