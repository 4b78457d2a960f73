package io.fanfare.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.fanfare.auth.AuthProperties;
import io.fanfare.build.OptionalGroup;
import io.fanfare.drain.DrainProperties;
import io.fanfare.ingest.IngestProperties;
import io.fanfare.session.SessionProperties;
import io.fanfare.socket.SocketProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/// The objects in `k8s`, held against Kubernetes' own schema and what a namespace with Pod
/// Security *restricted* lets in, without a cluster.
class KubernetesTests {

	private static final Path BASE = Path.of("k8s/base");

	private static final Path DEV = Path.of("k8s/overlays/dev");

	/// The record that each of the gateway's prefixes is bound to.
	private static final Map<String, Class<?>> ROOMS = Map.of("fanfare.auth", AuthProperties.class, "fanfare.drain",
			DrainProperties.class, "fanfare.ingest", IngestProperties.class, "fanfare.session", SessionProperties.class,
			"fanfare.socket", SocketProperties.class);

	@TempDir
	Path directory;

	@ParameterizedTest
	@MethodSource("objects")
	void knowsEveryFieldOfEveryObject(JsonObject object) throws IOException {
		KubernetesObjects.validate(object);

		assertThat(KubernetesObjects.at(object, "metadata", "name").getAsString()).startsWith("fanfare");
	}

	@Test
	void hasTheObjectsOfOneDeployment() throws IOException {
		assertThat(KubernetesObjects.read(BASE)).extracting(KubernetesObjects::kind)
			.containsExactlyInAnyOrder("v1/ConfigMap", "apps/v1/Deployment", "policy/v1/PodDisruptionBudget",
					"v1/Service", "v1/ServiceAccount");
	}

	@ParameterizedTest
	@ValueSource(strings = { "      serviceAccountName: fanfare", "          image: fanfare-gateway",
			"            periodSeconds: 2", "              sleep:" })
	void refusesAnUnknownFieldAtAnyDepth(String line) throws IOException {
		String yaml = Files.readString(BASE.resolve("deployment.yaml"));
		String indent = line.substring(0, line.indexOf(line.strip()));
		JsonObject object = KubernetesObjects.parse(yaml.replace(line, indent + "noSuchField: 1\n" + line)).getFirst();

		assertThat(yaml).contains(line);
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> KubernetesObjects.validate(object))
			.withMessageContaining("noSuchField");
	}

	@Test
	void refusesKindsThatAreNotBuiltIn() {
		JsonObject object = KubernetesObjects.parse("{apiVersion: monitoring.coreos.com/v1, kind: PodMonitor}")
			.getFirst();

		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> KubernetesObjects.validate(object));
	}

	/// Kubernetes refuses a number where a map has strings; the schema's classes do not.
	@Test
	void hasOnlyStringsInAnnotationsLabelsAndData() throws IOException {
		for (JsonObject object : KubernetesObjects.read(BASE)) {
			strings(object, "metadata", "labels");
		}
		strings(base("apps/v1/Deployment"), "spec", "template", "metadata", "annotations");
		strings(base("v1/ConfigMap"), "data");
	}

	@Test
	void meetsPodSecurityRestricted() throws IOException {
		JsonElement pod = pod();
		JsonElement container = KubernetesObjects.at(pod, "containers", 0);
		JsonElement security = KubernetesObjects.at(container, "securityContext");

		assertThat(KubernetesObjects.at(pod, "securityContext").toString())
			.isEqualTo("{\"runAsNonRoot\":true,\"runAsUser\":10001,\"runAsGroup\":10001,"
					+ "\"seccompProfile\":{\"type\":\"RuntimeDefault\"}}");
		assertThat(security.toString()).isEqualTo("{\"allowPrivilegeEscalation\":false,"
				+ "\"readOnlyRootFilesystem\":true,\"capabilities\":{\"drop\":[\"ALL\"]}}");
		assertThat(KubernetesObjects.at(pod, "containers").getAsJsonArray()).hasSize(1);
		assertThat(pod.getAsJsonObject().keySet()).doesNotContain("hostNetwork", "hostPID", "hostIPC",
				"initContainers");
		assertThat(KubernetesObjects.at(pod, "volumes").getAsJsonArray()).allMatch(
				(volume) -> Set.of("name", "configMap", "emptyDir").containsAll(volume.getAsJsonObject().keySet()));
		assertThat(KubernetesObjects.at(container, "volumeMounts").toString()).contains("\"mountPath\":\"/tmp\"");
	}

	@Test
	void holdsNoCredentialsOfTheCluster() throws IOException {
		assertThat(KubernetesObjects.at(pod(), "automountServiceAccountToken").getAsBoolean()).isFalse();
		assertThat(KubernetesObjects.at(base("v1/ServiceAccount"), "automountServiceAccountToken").getAsBoolean())
			.isFalse();
	}

	@Test
	void probesTheManagementPort() throws IOException {
		JsonElement container = KubernetesObjects.at(pod(), "containers", 0);

		assertThat(probe(container, "startupProbe")).isEqualTo("/actuator/health/liveness at management");
		assertThat(probe(container, "livenessProbe")).isEqualTo("/actuator/health/liveness at management");
		assertThat(probe(container, "readinessProbe")).isEqualTo("/actuator/health/readiness at management");
		assertThat(KubernetesObjects.at(container, "ports").toString())
			.contains("\"management\",\"containerPort\":8081");
	}

	@Test
	void leavesTimeForTheDrain() throws IOException {
		JsonElement pod = pod();
		int preStop = KubernetesObjects.at(pod, "containers", 0, "lifecycle", "preStop", "sleep", "seconds").getAsInt();

		assertThat(KubernetesObjects.at(pod, "terminationGracePeriodSeconds").getAsInt())
			.isGreaterThan(preStop + DockerLayoutIT.GONE_WITHIN_SECONDS);
	}

	@Test
	void takesNoPodAwayBeforeItsSuccessorIsReady() throws IOException {
		assertThat(
				KubernetesObjects.at(base("apps/v1/Deployment"), "spec", "strategy", "rollingUpdate", "maxUnavailable")
					.getAsInt())
			.isZero();
	}

	@Test
	void selectsThePodsEverywhereByTheirOwnLabels() throws IOException {
		JsonElement labels = KubernetesObjects.at(base("apps/v1/Deployment"), "spec", "template", "metadata", "labels");

		assertThat(KubernetesObjects.at(base("apps/v1/Deployment"), "spec", "selector", "matchLabels"))
			.isEqualTo(labels);
		assertThat(KubernetesObjects.at(base("v1/Service"), "spec", "selector")).isEqualTo(labels);
		assertThat(KubernetesObjects.at(base("policy/v1/PodDisruptionBudget"), "spec", "selector", "matchLabels"))
			.isEqualTo(labels);
	}

	@ParameterizedTest
	@ValueSource(strings = { "k8s/base", "k8s/overlays/dev" })
	void setsOnlyPropertiesThatThereAre(Path overlay) throws IOException {
		EnumerablePropertySource<?> source = settings(overlay);
		Metadata metadata = Metadata.ofClasspath();

		ROOMS.forEach((prefix, type) -> bind(source, prefix, type));
		assertThat(source.getPropertyNames()).allSatisfy((name) -> assertThat(metadata.knows(name)).as(name).isTrue());
	}

	@Test
	void tellsAPropertyThatThereIsNot() throws IOException {
		Metadata metadata = Metadata.ofClasspath();
		PropertySource<?> source = yaml("fanfare: {ingest: {topics: [{name: a, addressed-by: sub}]}}");

		assertThat(metadata.knows("spring.kafka.bootstrap-server")).isFalse();
		assertThat(metadata.knows("fanfare.session.queue-frame")).isFalse();
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> bind(source, "fanfare.ingest", IngestProperties.class));
	}

	@Test
	void rendersTheDevOverlayToKnownFieldsAlone() throws Exception {
		OptionalGroup.needsCommand("kubectl", "rendering k8s/overlays/dev");

		List<JsonObject> objects = KubernetesObjects.parse(kustomize(DEV));

		assertThat(objects).hasSize(6);
		for (JsonObject object : objects) {
			KubernetesObjects.validate(object);
		}
		JsonObject deployment = only(objects, "apps/v1/Deployment");
		assertThat(KubernetesObjects.at(deployment, "spec", "template", "spec", "containers", 0, "image").getAsString())
			.isEqualTo("fanfare-gateway:dev");
		assertThat(KubernetesObjects.at(deployment, "metadata", "namespace").getAsString()).isEqualTo("fanfare-dev");
		assertThat(KubernetesObjects
			.at(deployment, "spec", "template", "spec", "containers", 0, "securityContext", "readOnlyRootFilesystem")
			.getAsBoolean()).isTrue();
	}

	static List<JsonObject> objects() throws IOException {
		List<JsonObject> objects = KubernetesObjects.read(BASE);
		// The overlay's others are patches, which are no whole objects.
		objects.addAll(KubernetesObjects.parse(Files.readString(DEV.resolve("namespace.yaml"))));
		return objects;
	}

	private static JsonObject base(String kind) throws IOException {
		return only(KubernetesObjects.read(BASE), kind);
	}

	private static JsonObject only(List<JsonObject> objects, String kind) {
		return objects.stream()
			.filter((object) -> KubernetesObjects.kind(object).equals(kind))
			.findFirst()
			.orElseThrow();
	}

	private static JsonElement pod() throws IOException {
		return KubernetesObjects.at(base("apps/v1/Deployment"), "spec", "template", "spec");
	}

	private static String probe(JsonElement container, String probe) {
		JsonElement get = KubernetesObjects.at(container, probe, "httpGet");
		return KubernetesObjects.at(get, "path").getAsString() + " at "
				+ KubernetesObjects.at(get, "port").getAsString();
	}

	private static void strings(JsonObject object, Object... path) {
		assertThat(KubernetesObjects.at(object, path).getAsJsonObject().asMap().values())
			.allMatch((value) -> value.isJsonPrimitive() && value.getAsJsonPrimitive().isString());
	}

	private static EnumerablePropertySource<?> settings(Path overlay) throws IOException {
		JsonObject map = KubernetesObjects.parse(Files.readString(overlay.resolve("configmap.yaml"))).getFirst();
		return yaml(KubernetesObjects.at(map, "data", "application.yaml").getAsString());
	}

	private static EnumerablePropertySource<?> yaml(String text) throws IOException {
		return (EnumerablePropertySource<?>) new YamlPropertySourceLoader()
			.load("application.yaml", new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8)))
			.getFirst();
	}

	private static void bind(PropertySource<?> source, String prefix, Class<?> type) {
		new Binder(Objects.requireNonNull(ConfigurationPropertySource.from(source))).bind(prefix, Bindable.of(type),
				new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
	}

	private String kustomize(Path overlay) throws IOException, InterruptedException {
		Path output = this.directory.resolve("rendered.yaml");
		Process process = new ProcessBuilder("kubectl", "kustomize", overlay.toString()).redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			assertThat(process.waitFor(Duration.ofSeconds(60).toSeconds(), TimeUnit.SECONDS)).isTrue();
			assertThat(process.exitValue()).as(Files.readString(output)).isZero();
			return Files.readString(output);
		}
		finally {
			process.destroyForcibly();
		}
	}

}
