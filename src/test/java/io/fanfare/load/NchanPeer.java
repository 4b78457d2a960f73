package io.fanfare.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// nginx with the module nchan, a worker for each core.
record NchanPeer(int port) implements Peer {

	private static final Pattern MODULES = Pattern.compile("--modules-path=(\\S+)");

	private static final String MODULE = "ngx_nchan_module.so";

	@Override
	public Optional<String> missing(Programs programs) {
		return programs.find("nginx").flatMap(NchanPeer::module).isPresent() ? Optional.empty()
				: Optional.of("nchan needs nginx on the PATH, with " + MODULE + " among its modules"
						+ " (Debian packages nginx-light and libnginx-mod-nchan)");
	}

	/// Returns the module where nginx itself says that modules are.
	private static Optional<Path> module(Path nginx) {
		try {
			Process process = new ProcessBuilder(nginx.toString(), "-V").redirectErrorStream(true).start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			Matcher modules = MODULES.matcher(output);
			return modules.find() ? Optional.of(Path.of(modules.group(1), MODULE)).filter(Files::isRegularFile)
					: Optional.empty();
		}
		catch (IOException ex) {
			return Optional.empty();
		}
	}

	@Override
	public List<String> command(Programs programs, Path folder) throws IOException {
		Path nginx = programs.get("nginx");
		Path temporary = Files.createDirectories(folder.resolve("nginx").toAbsolutePath());
		Path configuration = Files.writeString(temporary.resolve("nginx.conf"), """
				load_module "%s";
				daemon off;
				worker_processes auto;
				pid nginx.pid;
				events { worker_connections 20000; }
				http {
				  access_log off;
				  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
				  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
				  server {
				    listen 127.0.0.1:%d backlog=1000;
				    location = /sub {
				      nchan_subscriber websocket; nchan_channel_id all; nchan_subscriber_first_message newest;
				    }
				    location = /pub { nchan_publisher http; nchan_channel_id all; }
				  }
				}
				""".formatted(module(nginx).orElseThrow(), this.port));
		return List.of(nginx.toString(), "-p", temporary.toString(), "-e", "stderr", "-c", configuration.toString());
	}

	@Override
	public String path() {
		return "/sub";
	}

	@Override
	public Outlet outlet() {
		return new PostOutlet(this.port, "/pub");
	}

}
