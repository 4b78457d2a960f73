package io.fanfare.dev;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplicationHook;
import org.springframework.boot.SpringApplicationRunListener;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;

/// Brings [DevServices] up before a Spring application, tells the application where they
/// are, and takes them down after it, also when it does not start.
///
/// The profile `dev` (`application-dev.yaml`) has the defaults; whatever is given on the
/// command line, as a system property or in the environment goes before them.
public final class DevRun implements SpringApplicationRunListener {

	private static final String PROFILE = "dev";

	private final boolean gateway;

	private @Nullable DevServices services;

	private DevRun(boolean gateway) {
		this.gateway = gateway;
	}

	/// Runs an application among the development services; a start that fails ends the
	/// process with exit code 1.
	/// @param gateway whether the application is the gateway, which then gets the publish
	/// endpoint and the console page
	/// @param application starts one Spring application
	public static void of(boolean gateway, Runnable application) {
		SpringApplicationHook hook = (starting) -> {
			starting.setAdditionalProfiles(PROFILE);
			if (gateway) {
				starting.addPrimarySources(List.of(DevConfiguration.class));
			}
			return new DevRun(gateway);
		};
		try {
			SpringApplication.withHook(hook, application);
		}
		catch (RuntimeException reported) {
			// Boot has logged it; what else runs would keep the process alive.
			System.exit(1);
		}
	}

	@Override
	public void environmentPrepared(ConfigurableBootstrapContext bootstrapContext,
			ConfigurableEnvironment environment) {
		if (this.gateway) {
			requireFree(environment, "server.port", "gateway");
			requireFree(environment, "management.server.port", "gateway's management endpoint");
			requireFree(environment, DevProxy.PORT, "console's fault proxy");
		}
		DevServices started = DevServices.start(DevSettings.from(environment));
		this.services = started;
		// Runs after the application's contexts are closed, and when a signal comes
		// before there are any.
		SpringApplication.getShutdownHandlers().add(started::close);
		environment.getPropertySources().addLast(new MapPropertySource("fanfareDevServices", started.properties()));
	}

	@Override
	public void contextPrepared(ConfigurableApplicationContext context) {
		if (this.services != null) {
			context.getBeanFactory().registerSingleton("devServices", this.services);
		}
	}

	@Override
	public void ready(ConfigurableApplicationContext context, @Nullable Duration timeTaken) {
		if (this.services != null) {
			System.out.println(this.gateway ? banner(context, this.services)
					: "\nThe development services are running. Ctrl-C ends them.\n\n" + this.services.summary());
		}
	}

	@Override
	public void failed(@Nullable ConfigurableApplicationContext context, Throwable exception) {
		if (this.services != null) {
			this.services.close();
		}
	}

	private static void requireFree(Environment environment, String property, String service) {
		int port = environment.getProperty(property, Integer.class, 0);
		if (port > 0) {
			Ports.requireFree(port, service, property);
		}
	}

	private static String banner(ConfigurableApplicationContext context, DevServices services) {
		String page = "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
		StringBuilder banner = new StringBuilder("\nFanfare is running. Ctrl-C ends it.\n\n").append("  Console   ")
			.append(page)
			.append("/\n")
			.append(services.summary())
			.append("  Proxy     ")
			.append(context.getBean(DevProxy.class).origin())
			.append(" (on the console's way to the gateway)\n");
		LocalIssuer issuer = services.issuer();
		if (issuer != null) {
			banner.append("\nA token for alice:\n  curl -d grant_type=client_credentials -d client_id=alice ")
				.append(issuer.tokenUri())
				.append("\n");
		}
		return banner.append("\nA notification for alice:\n  curl -d '{\"hello\":\"world\"}' '")
			.append(page)
			.append("/dev/publish/notifications?key=alice'\n")
			.toString();
	}

}
