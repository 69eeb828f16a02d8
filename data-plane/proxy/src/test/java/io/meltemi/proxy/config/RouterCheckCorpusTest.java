package io.meltemi.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.config.route.RouteConfigCompiler;
import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.route.RequestRewrite;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.decide.route.RouteAction;
import io.meltemi.proxy.decide.route.RouteTable;
import io.meltemi.proxy.http.HeaderMap;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The assertions that Envoy's own router check tool makes of its example configurations.
final class RouterCheckCorpusTest {
    private static final String FOLDER = "shared/data/envoy-router-check";

    @TestFactory
    Stream<DynamicTest> routesAsEnvoysToolExpects() throws IOException {
        Path folder = find();
        Assumptions.assumeTrue(folder != null, "skipped: " + FOLDER + " is absent");
        if (folder == null) {
            return Stream.of();
        }
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                String name = file.getFileName().toString().replace(".golden.proto.json", "");
                RouteTable table = table(folder.resolve(name + ".yaml"));
                for (Value test : list(read(file), "tests")) {
                    Struct check = test.getStructValue();
                    tests.add(
                            DynamicTest.dynamicTest(
                                    name + ' ' + text(check, "test_name"),
                                    () -> check(table, check)));
                }
            }
        }
        return tests.stream();
    }

    private static RouteTable table(Path yaml) throws IOException {
        try {
            RouteConfiguration.Builder configuration = RouteConfiguration.newBuilder();
            JsonFormat.parser().merge(json(Files.readString(yaml)), configuration);
            return RouteConfigCompiler.compile(configuration.build(), (_, _, _) -> null);
        } catch (ConfigRefusedException e) {
            throw new AssertionError(yaml.toString(), e);
        }
    }

    private static String json(String yaml) {
        // One file writes a duration as a message, which protobuf's JSON has not.
        return JsonText.of(new Load(LoadSettings.builder().build()).loadFromString(yaml))
                .replace("{\"nanos\":0}", "\"0s\"");
    }

    private static void check(RouteTable table, Struct check) {
        Struct input = check.getFieldsOrThrow("input").getStructValue();
        HeaderMap request = request(input);
        Facts facts = new Facts(request);
        Route route = table.select(request, facts, 0, null);

        Map<String, Value> expected =
                check.getFieldsOrThrow("validate").getStructValue().getFieldsMap();
        expected.forEach((name, value) -> {
            String wanted = value.getStringValue();
            switch (name) {
                case "cluster_name" -> assertThat(cluster(route, request)).isEqualTo(wanted);
                case "path_redirect" -> {
                    if (route == null || !(route.action() instanceof RouteAction.DirectResponse)) {
                        assertThat(redirect(route, request)).isEqualTo(wanted);
                    }
                }
                case "code_redirect" ->
                        assertThat(status(route)).isEqualTo((int) value.getNumberValue());
                case "virtual_host_name" -> {
                    if (!cluster(route, request).isEmpty()) {
                        assertThat(route == null ? "" : route.virtualHost()).isEqualTo(wanted);
                    }
                }
                case "path_rewrite" ->
                        assertThat(rewritten(route, request, ":path")).isEqualTo(wanted);
                case "host_rewrite" ->
                        assertThat(rewritten(route, request, ":authority")).isEqualTo(wanted);
                case "virtual_cluster_name", "response_header_matches" -> {} // seen elsewhere
                default -> throw new AssertionError("'" + name + "' is not looked at");
            }
        });
    }

    private static HeaderMap request(Struct input) {
        HeaderMap request = new HeaderMap();
        String scheme = flag(input, "ssl") ? "https" : "http";
        request.add(":method", text(input, "method"));
        request.add(":scheme", scheme);
        request.add(":authority", text(input, "authority"));
        request.add(":path", text(input, "path"));
        request.add("x-forwarded-proto", scheme);
        if (flag(input, "internal")) {
            request.add("x-envoy-internal", "true");
        }
        for (Value header : list(input, "additional_request_headers")) {
            request.add(
                    text(header.getStructValue(), "key"), text(header.getStructValue(), "value"));
        }
        return request;
    }

    private static String cluster(@Nullable Route route, HeaderMap request) {
        if (route == null) {
            return "";
        }
        return switch (route.action()) {
            case RouteAction.ToCluster(String cluster, _) -> cluster;
            case RouteAction.ToClusterHeader(String header, _) -> {
                String named = request.get(header);
                yield named == null ? "" : named;
            }
            case RouteAction.DirectResponse _, RouteAction.Redirect _, RouteAction.ToTls _ -> "";
        };
    }

    private static String redirect(@Nullable Route route, HeaderMap request) {
        if (route == null) {
            return "";
        }
        return switch (route.action()) {
            case RouteAction.Redirect redirect -> redirect.location(request, route.match());
            case RouteAction.ToTls tls -> tls.location(request);
            case RouteAction.ToCluster _,
                    RouteAction.ToClusterHeader _,
                    RouteAction.DirectResponse _ ->
                    "";
        };
    }

    private static int status(@Nullable Route route) {
        return route == null
                ? 0
                : switch (route.action()) {
                    case RouteAction.Redirect redirect -> redirect.status();
                    case RouteAction.DirectResponse direct -> direct.reply().status();
                    case RouteAction.ToTls _ -> 301;
                    case RouteAction.ToCluster _, RouteAction.ToClusterHeader _ -> 0;
                };
    }

    private static String rewritten(@Nullable Route route, HeaderMap request, String name) {
        if (route == null || route.action().forwardingOrNull() == null) {
            return "";
        }
        HeaderMap copy = request.copy();
        RequestRewrite.apply(route, copy, new Facts(copy), true);
        return String.valueOf(copy.get(name));
    }

    private static String text(Struct struct, String field) {
        return struct.getFieldsOrDefault(field, Value.getDefaultInstance()).getStringValue();
    }

    private static boolean flag(Struct struct, String field) {
        return struct.getFieldsOrDefault(field, Value.getDefaultInstance()).getBoolValue();
    }

    private static List<Value> list(Struct struct, String field) {
        return struct.getFieldsOrDefault(
                        field,
                        Value.newBuilder().setListValue(ListValue.getDefaultInstance()).build())
                .getListValue()
                .getValuesList();
    }

    private static Struct read(Path file) throws IOException {
        Struct.Builder struct = Struct.newBuilder();
        JsonFormat.parser().merge(Files.readString(file), struct);
        return struct.build();
    }

    private static @Nullable Path find() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve(FOLDER))) {
                return at.resolve(FOLDER);
            }
        }
        return null;
    }

    private record Facts(HeaderMap requestHeaders) implements RequestFacts {
        private static final InetSocketAddress NOWHERE = InetSocketAddress.createUnresolved("", 0);

        @Override
        public InetSocketAddress downstreamRemoteAddress() {
            return NOWHERE;
        }

        @Override
        public InetSocketAddress downstreamLocalAddress() {
            return NOWHERE;
        }

        @Override
        public @Nullable String peerUri() {
            return null;
        }

        @Override
        public @Nullable String requestedServerName() {
            return null;
        }

        @Override
        public @Nullable Object dynamicMetadata(String namespace) {
            return null;
        }
    }
}
