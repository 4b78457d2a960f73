package io.fanfare;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/// The gateway as a process.
@SpringBootApplication
public class FanfareApplication {

	public static void main(String[] args) {
		SpringApplication.run(FanfareApplication.class, args);
	}

}
