package io.fanfare.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// Kubernetes objects read from YAML, and the schema of the built-in kinds to hold them
/// against, without a cluster.
final class KubernetesObjects {

	private static final Gson GSON = new Gson();

	/// Throws where a field is unknown, missing or of another type.
	private static final Map<String, Validation> BUILT_IN = Map.of("v1/ConfigMap", V1ConfigMap::validateJsonElement,
			"v1/Namespace", V1Namespace::validateJsonElement, "v1/Service", V1Service::validateJsonElement,
			"v1/ServiceAccount", V1ServiceAccount::validateJsonElement, "apps/v1/Deployment",
			V1Deployment::validateJsonElement, "policy/v1/PodDisruptionBudget",
			V1PodDisruptionBudget::validateJsonElement);

	private KubernetesObjects() {
	}

	/// Returns the objects of every file of a directory; kustomize's own file is none.
	static List<JsonObject> read(Path directory) throws IOException {
		List<JsonObject> objects = new ArrayList<>();
		try (Stream<Path> files = Files.list(directory)) {
			for (Path file : files.filter((path) -> path.toString().endsWith(".yaml")).sorted().toList()) {
				if (!file.endsWith("kustomization.yaml")) {
					objects.addAll(parse(Files.readString(file)));
				}
			}
		}
		return objects;
	}

	/// Returns the objects of one stream of YAML documents.
	static List<JsonObject> parse(String yaml) {
		List<JsonObject> objects = new ArrayList<>();
		for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml)) {
			objects.add(GSON.toJsonTree(document).getAsJsonObject());
		}
		return objects;
	}

	/// Returns `group/version/kind`.
	static String kind(JsonObject object) {
		return object.get("apiVersion").getAsString() + "/" + object.get("kind").getAsString();
	}

	/// Validates an object strictly.
	/// @throws IllegalArgumentException if the kind is not built in, or a field is
	/// unknown
	static void validate(JsonObject object) throws IOException {
		Validation validation = BUILT_IN.get(kind(object));
		if (validation == null) {
			throw new IllegalArgumentException("Not among the built-in kinds: " + kind(object));
		}
		validation.validate(object);
	}

	/// Returns the element at a path of member names and indexes.
	static JsonElement at(JsonElement from, Object... path) {
		JsonElement element = from;
		for (Object step : path) {
			element = (step instanceof Integer index) ? element.getAsJsonArray().get(index)
					: element.getAsJsonObject().get(step.toString());
			if (element == null) {
				throw new AssertionError("Nothing at " + List.of(path) + ", missing: " + step);
			}
		}
		return element;
	}

	private interface Validation {

		void validate(JsonElement object) throws IOException;

	}

}
