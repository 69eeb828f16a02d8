package io.meltemi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.cli.StoreMesh.Said;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/// `apply`, `delete`, `get` and `describe` over a real control plane and a proxy.
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
@Timeout(120)
final class StoreCommandsTest {
    private final StoreMesh mesh;

    StoreCommandsTest(@TempDir Path home) throws Exception {
        mesh = new StoreMesh(home);
    }

    @AfterEach
    void close() {
        mesh.close();
    }

    private static String route(String body) {
        return """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: page, namespace: shop}
        spec:
          hosts: ["*"]
          gateways: [front]
          http: [{directResponse: {status: 200, body: {string: %s}}}]
        """
                .formatted(body);
    }

    /// A filter that Envoy has and our proxy has not.
    private static final String FILTER =
            """
            apiVersion: networking.istio.io/v1alpha3
            kind: EnvoyFilter
            metadata: {name: script, namespace: shop}
            spec:
              configPatches:
              - applyTo: HTTP_FILTER
                match: {context: GATEWAY}
                patch:
                  operation: INSERT_FIRST
                  value:
                    name: script
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
                      default_source_code: {inline_string: "function envoy_on_request(h) end"}
            """;

    @Test
    void theVeryNextRequestAfterAWaitIsAnsweredByWhatWasApplied() throws Exception {
        for (int i = 1; i <= 5; i++) {
            Path file = mesh.file("page.yaml", route("page" + i));
            Said said = mesh.type("apply", "-f", file.toString(), "--wait");

            assertThat(mesh.answer().body()).as(said.toString()).isEqualTo("page" + i);
            assertThat(said.exit()).isZero();
            assertThat(said.out())
                    .isEqualTo(
                            """
                            virtualservice.networking.istio.io/page in shop %s
                            acknowledged by 1 of 1 proxies
                            """
                                    .formatted(i == 1 ? "created" : "configured"));
        }
        Said deleted =
                mesh.type("delete", "-f", mesh.file("page.yaml", route("x")).toString(), "--wait");

        assertThat(mesh.answer().statusCode()).as(deleted.toString()).isEqualTo(404);
        assertThat(deleted.out()).startsWith("virtualservice.networking.istio.io/page in shop del");
    }

    @Test
    void whatIsWrongIsRefusedWithItsPlaceAndChangesNothing() throws Exception {
        Path file = mesh.file("page.yaml", route("good"));
        mesh.type("apply", "-f", file.toString(), "--wait");
        mesh.file("page.yaml", route("bad").replace("hosts", "hots"));

        Said said = mesh.type("apply", "-f", file.toString(), "--wait");

        assertThat(said.exit()).isEqualTo(1);
        assertThat(said.out()).isEmpty();
        assertThat(said.err())
                .contains(file + ":5:3: error MEL0006: ")
                .endsWith("nothing was changed\n");
        assertThat(mesh.answer().body()).isEqualTo("good");
        assertThat(mesh.type("apply", "-f", file.toString(), "--dry-run").exit()).isEqualTo(1);
        assertThat(mesh.type("apply", "-f", file + ".none").err()).contains("no such file");
        assertThat(mesh.type("apply", "-f", file.toString(), "--timeout", "soon").err())
                .contains("--timeout 'soon' is no time such as 500ms, 30s or 2m");
    }

    @Test
    void whatStandsInAFolderIsChangedThere() throws Exception {
        Path own = mesh.folder().resolve("front.yaml");
        Path mine = mesh.file("mine.yaml", Files.readString(own));

        assertThat(mesh.type("apply", "-f", mine.toString()).err())
                .contains("Gateway/shop/front stands in " + own + ":1:1: change it there");
    }

    @Test
    void aProxyThatRefusesIsNamedWithItsReason() throws Exception {
        Path page = mesh.file("page.yaml", route("page"));
        mesh.type("apply", "-f", page.toString(), "--wait");
        Path filter = mesh.file("filter.yaml", FILTER);

        Said said = mesh.type("apply", "-f", filter.toString(), "--wait");
        Said wide = mesh.type("get", "envoyfilters", "-n", "shop", "-o", "wide");
        Said other = mesh.type("get", "vs", "page", "-n", "shop", "-o", "wide");

        assertThat(said.exit()).as(said.toString()).isEqualTo(1);
        assertThat(said.err()).contains("front-1.shop refused listener ").contains("Lua");
        assertThat(said.out()).contains("acknowledged by 0 of 1 proxies");
        assertThat(wide.out()).contains("0/1").contains("front-1.shop refused listener ");
        assertThat(other.out()).contains("1/1").doesNotContain("refused");
        assertThat(mesh.type("proxy-config", "listeners", "front-1.shop").out())
                .contains("127.0.0.1:", "REFUSED", " is refused: ");
        assertThat(mesh.answer().body()).isEqualTo("page");
        assertThat(mesh.type("delete", "-f", filter.toString(), "--wait").out())
                .contains("acknowledged by 1 of 1 proxies");
    }

    @Test
    void whatIsConfiguredIsShownWhereverItIsWritten() throws Exception {
        Path page = mesh.file("page.yaml", route("page"));
        mesh.type("apply", "-f", page.toString(), "--wait");

        assertThat(mesh.type("get", "all", "-A").out())
                .isEqualTo(
                        """
                        NAMESPACE  KIND            NAME   STATE     SOURCE
                        shop       Gateway         front  ACCEPTED  %s:1:1
                        shop       VirtualService  page   ACCEPTED  store
                        """
                                .formatted(mesh.folder().resolve("front.yaml")));
        Said described = mesh.type("describe", "vs", "page", "-n", "shop");
        assertThat(described.out().replaceAll("20[0-9T:Z-]*", "TIME"))
                .isEqualTo(
                        """
                        Name:      page
                        Namespace: shop
                        Kind:      VirtualService of networking.istio.io
                        Written:   in the store, from %s:1:1
                        Created:   TIME
                        Version:   generation 1, resourceVersion 1
                        State:     ACCEPTED since configuration 2
                        Proxies:   1 of 1 have it
                        Findings:  none
                        """
                                .formatted(page));
    }

    /// What `get` prints can be applied again, and says the same.
    @Test
    void documentsComeBackAsTheyWent() throws Exception {
        mesh.type("apply", "-f", mesh.file("page.yaml", route("page")).toString());

        for (String format : new String[] {"yaml", "json"}) {
            Said got = mesh.type("get", "vs", "page", "-n", "shop", "-o", format);
            Said list = mesh.type("get", "vs", "-A", "-o", format);
            for (Said each : new Said[] {got, list}) {
                Path file = mesh.file("again." + format, each.out());
                assertThat(mesh.type("apply", "-f", file.toString()).out())
                        .as(each.toString())
                        .isEqualTo("virtualservice.networking.istio.io/page in shop unchanged\n");
            }
        }
        assertThat(mesh.type("get", "gateway", "front", "-n", "shop", "-o", "yaml").out())
                .contains("selector:\n    app: front");
    }

    @Test
    void whatAProxyHasIsShown() throws Exception {
        Path page = mesh.file("page.yaml", route("page"));
        mesh.type("apply", "-f", page.toString(), "--wait");

        Said routes = mesh.type("proxy-config", "routes", "front-1.shop");
        assertThat(routes.out().lines().map(line -> line.replaceAll(" +", " ").strip()))
                .contains("NAME HOST DOMAINS MATCH DESTINATION STATE")
                .anyMatch(line -> line.endsWith("* /* answers 200"));
        assertThat(mesh.type("pc", "route", "front-1.shop", "-o", "yaml").out())
                .contains("inlineString: page");
        assertThat(mesh.type("pc", "clusters", "front-1.shop").out())
                .startsWith("NAME")
                .contains("BlackHoleCluster");
        assertThat(mesh.type("pc", "clusters", "back-1.shop").err())
                .isEqualTo(
                        "meltemi: no proxy 'back-1.shop' is connected; there are front-1.shop\n");
        assertThat(mesh.type("pc", "bootstrap", "front-1.shop").exit()).isEqualTo(2);
        assertThat(mesh.type("pc", "clouds", "front-1.shop").err())
                .contains("'clouds' is none of clusters, listeners, routes, endpoints, secrets");
    }

    @Test
    void whoAsksForWhatIsNotThereIsToldWhatThereIs() {
        assertThat(mesh.type("get", "gw").err())
                .isEqualTo("no gw in namespace default (-A: in all namespaces)\n");
        Said wrongName = mesh.type("get", "gw", "font", "-n", "shop");
        assertThat(wrongName.exit()).isEqualTo(1);
        assertThat(wrongName.err())
                .isEqualTo("meltemi: no gw 'font' in namespace shop; there are front.shop\n");
        Said wrongKind = mesh.type("describe", "gatway", "front");
        assertThat(wrongKind.exit()).isEqualTo(1);
        assertThat(wrongKind.err()).contains("'gatway' is none of ", "VirtualService");
    }
}
