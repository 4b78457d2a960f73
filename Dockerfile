# The gateway as an image. Build the jar first: ./mvnw package, then: docker build -t fanfare-gateway:dev .
# Both images are arguments, so that a mirror or a pinned digest can stand in for them.
ARG JDK_IMAGE=eclipse-temurin:25-jdk
ARG JRE_IMAGE=eclipse-temurin:25-jre

# Takes the jar apart, dependencies first, so that a new build of the gateway is one small layer.
FROM ${JDK_IMAGE} AS builder
WORKDIR /build
COPY target/fanfare-gateway.jar application.jar
RUN java -Djarmode=tools -jar application.jar extract --layers --destination extracted

FROM ${JRE_IMAGE}
WORKDIR /app
COPY --from=builder /build/extracted/dependencies/ ./
COPY --from=builder /build/extracted/spring-boot-loader/ ./
COPY --from=builder /build/extracted/snapshot-dependencies/ ./
COPY --from=builder /build/extracted/application/ ./
# Ends once everything is wired and before anything is connected, and writes down the classes as they
# are then loaded and linked, for this JVM, these flags and these files: the gateway starts with them.
RUN java --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -Dio.netty.allocator.type=pooled -XX:+UseG1GC -XX:+UseCompactObjectHeaders \
  -XX:AOTCacheOutput=application.aot -Dspring.context.exit=onRefresh -jar application.jar \
  --fanfare.ingest.topics[0].name=none --fanfare.ingest.topics[0].address-by=sub \
  --spring.security.oauth2.resourceserver.jwt.issuer-uri=http://issuer.invalid
# A number, so that Kubernetes can tell that it is not root. Nothing is written but to /tmp.
USER 10001:10001
EXPOSE 8080 8081
# What each flag is for is in docs/operations.md. JDK_JAVA_OPTIONS adds further ones.
ENTRYPOINT ["java", \
  "--enable-native-access=ALL-UNNAMED", \
  "--sun-misc-unsafe-memory-access=allow", \
  "-Dio.netty.allocator.type=pooled", \
  "-XX:+UseG1GC", \
  "-XX:MaxGCPauseMillis=50", \
  "-XX:+UseCompactObjectHeaders", \
  "-XX:MetaspaceSize=128m", \
  "-XX:AOTCache=application.aot", \
  "-XX:MaxRAMPercentage=40", \
  "-XX:+ExitOnOutOfMemoryError", \
  "-jar", "application.jar"]
