package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.model.config.ExtensionProvider;
import io.meltemi.model.config.ExtensionProvider.Authorizing;
import io.meltemi.model.config.ExtensionProvider.GrpcAuthorizer;
import io.meltemi.model.config.ExtensionProvider.RequestBody;
import io.meltemi.model.config.ExtensionProvider.Target;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Policies that leave the decision to others, and those others.
final class CustomAuthorizationTest {
    private static final String MAP =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: istio, namespace: istio-system}
            data:
              mesh: |-
                extensionProviders:
                - %s
            """;

    private static final String OPA =
            MAP.formatted("{name: opa, envoyExtAuthzGrpc: {service: a.example, port: 9000}}");

    private static final String POLICY =
            """
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: ask, namespace: shop}
            spec: {%s}
            """;

    @Test
    void aProviderIsRead() {
        Checked checked =
                Documents.check(
                        MAP.formatted(
                                "{name: opa, envoyExtAuthzGrpc: {service: shop/a.example, port: 9000, timeout: 2s, failOpen: true, statusOnError: '503', includeRequestBodyInCheck: {maxRequestBytes: 5}}}"));

        assertThat(checked.diagnostics()).isEmpty();
        assertThat(checked.mesh().extensionProviders())
                .contains(
                        new ExtensionProvider(
                                "opa",
                                new GrpcAuthorizer(
                                        new Target(Optional.of("shop"), "a.example", 9000),
                                        new Authorizing(
                                                Optional.of(Duration.ofSeconds(2)),
                                                true,
                                                false,
                                                OptionalInt.of(503),
                                                Optional.of(new RequestBody(5, false, false))))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{name: A, envoyExtAuthzGrpc: {service: a.example, port: 9000}} | provider name 'A' is not valid",
                "{envoyExtAuthzGrpc: {service: a.example, port: 9000}} | name is required",
                "{name: a, envoyExtAuthzGrpc: {port: 9000}} | service is required",
                "{name: a, envoyExtAuthzGrpc: {service: a.example}} | port is required",
                "{name: a, envoyExtAuthzGrpc: {service: a.example, port: 70000}} | port number 70000",
                "{name: a, envoyExtAuthzGrpc: {service: 'a.example:90', port: 9000}} | service 'a.example:90' is not valid",
                "{name: a, envoyExtAuthzGrpc: {service: b/c/a.example, port: 9000}} | service 'b/c/a.example' is not valid",
                "{name: a, envoyExtAuthzGrpc: {service: a.example, port: 9000, statusOnError: '299'}} | statusOnError 299 is no HTTP status",
                "{name: a, envoyExtAuthzGrpc: {service: a.example, port: 9000, statusOnError: no}} | statusOnError 'no' is no HTTP status",
                "{name: a, envoyExtAuthzGrpc: {service: a.example, port: 9000, timeout: 1us}} | duration must be at least 1ms",
                "{name: a, envoyExtAuthzGrpc: {service: a.example, port: 9000, includeRequestBodyInCheck: {}}} | maxRequestBytes must be at least 1",
                "{name: a, envoyExtAuthzHttp: {service: a.example, port: 9000, pathPrefix: check}} | pathPrefix 'check' must begin with '/'",
                "{name: a, envoyExtAuthzHttp: {service: a.example, port: 9000, headersToDownstreamOnDeny: ['*']}} | '*' names no header",
                "{name: a, envoyExtAuthzHttp: {service: a.example, port: 9000, includeHeadersInCheck: ['*']}} | '*' names no header",
                "{name: a, envoyExtAuthzHttp: {service: a.example, port: 9000}, envoyExtAuthzGrpc: {service: a.example, port: 9000}} | only one of envoyExtAuthzHttp and envoyExtAuthzGrpc",
                "{name: a, skywalking: {service: a.example, port: 9000}} | skywalking is not supported yet",
            })
    void aBrokenProviderIsRefused(String provider, String message) {
        assertThat(Documents.lines(MAP.formatted(provider)))
                .singleElement()
                .asString()
                .contains("error")
                .contains(message);
    }

    @Test
    void twoProvidersOfOneNameAreRefused() {
        assertThat(
                        Documents.lines(
                                OPA
                                        + "    - {name: opa, envoyExtAuthzGrpc: {service: b.example, port: 9000}}\n"))
                .singleElement()
                .asString()
                .contains("test.yaml:8:14: error MEL0010: provider 'opa' is written twice");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "action: CUSTOM, provider: {name: opa} | CUSTOM without rules is never triggered",
                "action: CUSTOM, rules: [{}] | CUSTOM needs provider.name",
                "action: CUSTOM, provider: {}, rules: [{}] | name is required",
                "action: DENY, provider: {name: opa}, rules: [{}] | a provider decides for action CUSTOM only",
                "action: CUSTOM, provider: {name: opa}, rules: [{from: [{source: {principals: [a]}}]}] | principals cannot be asked for with action CUSTOM",
                "action: CUSTOM, provider: {name: opa}, rules: [{from: [{source: {notNamespaces: [a]}}]}] | notNamespaces cannot be asked for",
                "action: CUSTOM, provider: {name: opa}, rules: [{when: [{key: source.principal, values: [a]}]}] | source.principal cannot be asked for",
                "action: CUSTOM, provider: {name: opa}, rules: [{when: [{key: 'request.auth.claims[a]', values: [a]}]}] | request.auth.claims[a] cannot be asked for",
            })
    void aPolicyThatCannotBeAskedAboutIsRefused(String spec, String message) {
        assertThat(Documents.lines(OPA + POLICY.formatted(spec)))
                .singleElement()
                .asString()
                .contains("error")
                .contains(message);
    }

    @Test
    void aDryRunIsRefused() {
        String policy =
                POLICY.formatted("action: CUSTOM, provider: {name: opa}, rules: [{}]")
                        .replace("shop}", "shop, annotations: {istio.io/dry-run: 'true'}}");

        assertThat(Documents.lines(OPA + policy))
                .singleElement()
                .asString()
                .contains("a dry run is of ALLOW or DENY");
    }

    @Test
    void aProviderThatTheMeshDoesNotHaveIsSaid() {
        String policy = "action: CUSTOM, provider: {name: %s}, rules: [{}]";

        assertThat(Documents.lines(OPA + POLICY.formatted(policy.formatted("opa")))).isEmpty();
        assertThat(Documents.lines(OPA + POLICY.formatted(policy.formatted("other"))))
                .containsExactly(
                        "test.yaml:12:41: warning IST0101: provider 'other' is not among the mesh's extensionProviders: what the policy selects is denied");
    }
}
