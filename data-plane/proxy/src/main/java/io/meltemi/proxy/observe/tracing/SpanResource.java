package io.meltemi.proxy.observe.tracing;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.trace.v3.OpenTelemetryConfig;
import io.envoyproxy.envoy.extensions.tracers.opentelemetry.resource_detectors.v3.EnvironmentResourceDetectorConfig;
import io.envoyproxy.envoy.extensions.tracers.opentelemetry.resource_detectors.v3.StaticConfigResourceDetectorConfig;
import io.meltemi.xds.message.Anys;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.LinkedHashMap;
import java.util.Map;

/// What spans are said to come from: the service, and what `resource_detectors` find. Without
/// state.
final class SpanResource {
    private static final String VARIABLE = "OTEL_RESOURCE_ATTRIBUTES";

    private SpanResource() {}

    /// @param environment of this process
    /// @throws IllegalArgumentException naming the detector that is not supported
    static Resource of(OpenTelemetryConfig config, Map<String, String> environment) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put(
                "service.name",
                config.getServiceName().isEmpty()
                        ? "unknown_service:envoy"
                        : config.getServiceName());
        attributes.put("telemetry.sdk.language", "java");
        attributes.put("telemetry.sdk.name", "meltemi");
        for (int i = 0; i < config.getResourceDetectorsCount(); i++) {
            detect(config.getResourceDetectors(i), i, environment, attributes);
        }
        Resource.Builder resource = Resource.newBuilder();
        attributes.forEach((name, value) -> resource.addAttributes(Spans.attribute(name, value)));
        return resource.build();
    }

    private static void detect(
            TypedExtensionConfig detector,
            int index,
            Map<String, String> environment,
            Map<String, String> into) {
        Any config = detector.getTypedConfig();
        String at = "tracing.provider.typed_config.resource_detectors[" + index + "]";
        if (Anys.is(config, EnvironmentResourceDetectorConfig.class)) {
            environment(environment.getOrDefault(VARIABLE, ""), into);
        } else if (Anys.is(config, StaticConfigResourceDetectorConfig.class)) {
            fixed(config, at, into);
        } else {
            throw new IllegalArgumentException(
                    at
                            + ": "
                            + config.getTypeUrl()
                            + " is not supported; use the environment or the static_config"
                            + " detector");
        }
    }

    /// Envoy: what is not of the form `name=value` is left out.
    private static void environment(String text, Map<String, String> into) {
        for (String pair : text.split(",", -1)) {
            String[] parts = pair.split("=", -1);
            if (parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty()) {
                into.put(parts[0], parts[1]);
            }
        }
    }

    private static void fixed(Any config, String at, Map<String, String> into) {
        try {
            Anys.unpack(config, StaticConfigResourceDetectorConfig.class)
                    .getAttributesMap()
                    .forEach((name, value) -> {
                        // Envoy: an attribute without a value is left out.
                        if (!value.isEmpty()) {
                            into.put(name, value);
                        }
                    });
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(at + ".typed_config: is malformed", e);
        }
    }
}
