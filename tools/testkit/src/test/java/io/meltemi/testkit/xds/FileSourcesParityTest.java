package io.meltemi.testkit.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.fixtures.parity.Parity;
import io.meltemi.proxy.config.Extensions;
import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.differential.OurProxy;
import io.meltemi.testkit.differential.ProxyUnderTest;
import io.meltemi.xds.snapshot.XdsResource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that are moved into place configure Envoy and ours alike; a bad file changes nothing.
final class FileSourcesParityTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final Pattern STATS =
            Pattern.compile(
                    "^(cluster_manager\\.cds|listener_manager\\.lds|http\\.web\\.rds\\.routes"
                            + "|cluster\\.blue)\\.(update_(attempt|success|rejected|failure)"
                            + "|version_text)$");

    @TempDir Path folder;

    @Test
    @Parity({
        "config_source.path_config_source.path",
        "config_source.path_config_source.watched_directory",
        "config_source.path"
    })
    void bothFollowFilesThatAreMovedIntoPlace() throws Exception {
        List<String> envoy = played("envoy", ProxyUnderTest::envoy);

        assertThat(played("ours", OurProxy::start)).isEqualTo(envoy);
        assertThat(envoy).contains("serves blue", "serves green");
    }

    private List<String> played(String name, ProxyUnderTest.Launcher launcher) throws IOException {
        Path own = Files.createDirectory(folder.resolve(name));
        Path switched = Files.createDirectory(own.resolve("switched"));
        List<String> lines = new ArrayList<>();
        try (ScriptedUpstream blue =
                        ScriptedUpstream.start().otherwise(_ -> Reply.of(200, "blue"));
                ScriptedUpstream green =
                        ScriptedUpstream.start().otherwise(_ -> Reply.of(200, "green"))) {
            XdsResources resources =
                    new XdsResources("{path_config_source: {path: " + own + "/rds.json}}");
            XdsResources endpoints =
                    new XdsResources("{path_config_source: {path: " + own + "/eds.pb}}");
            put(own, "eds.pb", "e1", XdsResources.endpoints("blue", blue.port()));
            put(own, "rds.json", "r1", XdsResources.routes("blue"));
            put(
                    own,
                    "cds.pb",
                    "c1",
                    endpoints.dynamicCluster("blue"),
                    XdsResources.fixedCluster("green", green.port()));
            put(own, "lds.pb", "l1", resources.listener("web"));
            try (ProxyUnderTest proxy = launcher.start(bootstrap(own, switched))) {
                serves(proxy, "blue", lines);
                Files.writeString(own.resolve("next"), "{\"resources\": [");
                move(own, "rds.json");
                awaitStat(proxy, "http.web.rds.routes.update_failure: 1");
                put(
                        own,
                        "cds.pb",
                        "c2",
                        endpoints.dynamicCluster("blue"),
                        XdsResources.badCluster("bad"),
                        XdsResources.fixedCluster("green", green.port()));
                Files.createFile(own.resolve("event"));
                Files.move(own.resolve("event"), switched.resolve("event"));
                awaitStat(proxy, "cluster_manager.cds.update_rejected: 1");
                put(own, "eds.pb", "e2", XdsResources.endpoints("other", blue.port()));
                awaitStat(proxy, "cluster.blue.update_rejected: 1");
                lines.addAll(stats(proxy));
                put(own, "rds.json", "r2", XdsResources.routes("green"));
                serves(proxy, "green", lines);
            }
        }
        return lines;
    }

    private static void put(Path folder, String name, String version, XdsResource... resources)
            throws IOException {
        DiscoveryResponse.Builder response = DiscoveryResponse.newBuilder().setVersionInfo(version);
        for (XdsResource resource : resources) {
            Any body = resource.body();
            response.addResources(body);
        }
        byte[] bytes =
                name.endsWith(".json")
                        ? JsonFormat.printer()
                                .usingTypeRegistry(Extensions.shownRegistry())
                                .print(response)
                                .getBytes(StandardCharsets.UTF_8)
                        : response.build().toByteArray();
        Files.write(folder.resolve("next"), bytes);
        move(folder, name);
    }

    private static void move(Path folder, String name) throws IOException {
        Files.move(folder.resolve("next"), folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void serves(ProxyUnderTest proxy, String body, List<String> lines)
            throws IOException {
        Deadline.await(
                "an answer of " + body,
                SOON,
                () ->
                        proxy.admin().get("/listeners").contains("web::")
                                && PlainClient.get(proxy.admin().listenerPort("web"), "/")
                                        .body()
                                        .equals(body),
                proxy::log);
        lines.add("serves " + body);
    }

    private static void awaitStat(ProxyUnderTest proxy, String line) throws IOException {
        Deadline.await(
                line,
                SOON,
                () -> proxy.admin().get("/stats").contains(line),
                () -> String.join("\n", stats(proxy)));
    }

    private static List<String> stats(ProxyUnderTest proxy) {
        try (Stream<String> all = proxy.admin().get("/stats").lines()) {
            return all.filter(line -> STATS.matcher(line.substring(0, line.indexOf(':'))).find())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of(String.valueOf(e));
        }
    }

    private static String bootstrap(Path own, Path switched) {
        return """
        node: {id: oracle, cluster: test}
        dynamic_resources:
          cds_config:
            path_config_source:
              path: OWN/cds.pb
              watched_directory: {path: SWITCHED}
          lds_config: {path: OWN/lds.pb}
        """
                .replace("OWN", own.toString())
                .replace("SWITCHED", switched.toString());
    }
}
