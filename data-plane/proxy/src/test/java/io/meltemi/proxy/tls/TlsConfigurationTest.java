package io.meltemi.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.UnknownFieldSet;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext.OcspStaplePolicy;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsSessionTicketKeys;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.meltemi.proxy.observe.stats.StatsQuery;
import io.meltemi.proxy.observe.stats.StatsStore;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TlsConfigurationTest {
    private final TestAuthority root = new TestAuthority("root");
    private final SecretStore secrets = new SecretStore();
    private final StatsStore store = new StatsStore(1);
    private final TlsContexts contexts = new TlsContexts(secrets, store);

    @Test
    void everyUnsupportedFieldIsNamedByItsPath() {
        DownstreamTlsContext config =
                DownstreamTlsContext.newBuilder()
                        .setRequireSni(BoolValue.of(true))
                        .setOcspStaplePolicy(OcspStaplePolicy.MUST_STAPLE)
                        .setCommonTlsContext(
                                CommonTlsContext.newBuilder()
                                        .addTlsCertificates(
                                                TlsProtos.certificate(root.issue("a.test"))
                                                        .toBuilder()
                                                        .setPassword(TlsProtos.inline("x")))
                                        .setTlsParams(
                                                TlsParameters.newBuilder().addEcdhCurves("X25519"))
                                        .setValidationContext(
                                                CertificateValidationContext.newBuilder()
                                                        .setAllowExpiredCertificate(true)))
                        .build();

        TlsConfigException refused =
                catchThrowableOfType(
                        TlsConfigException.class,
                        () -> contexts.downstream(config, "filter_chain", "listener.test."));

        assertThat(refused.problems())
                .containsExactlyInAnyOrder(
                        "filter_chain.require_sni is not supported",
                        "filter_chain.ocsp_staple_policy is not supported",
                        "filter_chain.common_tls_context.tls_certificates[0].password is not"
                                + " supported",
                        "filter_chain.common_tls_context.validation_context"
                                + ".allow_expired_certificate is not supported");
        assertThat(contexts.size()).isZero();
    }

    @Test
    void fieldsOfAFutureVersionAreRefused() {
        UpstreamTlsContext config =
                UpstreamTlsContext.newBuilder()
                        .setUnknownFields(
                                UnknownFieldSet.newBuilder()
                                        .addField(
                                                4711,
                                                UnknownFieldSet.Field.newBuilder()
                                                        .addVarint(1)
                                                        .build())
                                        .build())
                        .build();

        assertThatThrownBy(() -> contexts.upstream(config, "cluster 'a'", "cluster.test."))
                .isInstanceOf(TlsConfigException.class)
                .hasMessageContaining("cluster 'a' has an unknown field (number 4711 of");
    }

    @Test
    void parametersOutOfRangeAreNamed() {
        UpstreamTlsContext config =
                UpstreamTlsContext.newBuilder()
                        .setCommonTlsContext(
                                CommonTlsContext.newBuilder()
                                        .setTlsParams(
                                                TlsParameters.newBuilder()
                                                        .setTlsMinimumProtocolVersion(
                                                                TlsProtocol.TLSv1_0)
                                                        .addCipherSuites("NULL-SHA")))
                        .build();

        assertThatThrownBy(() -> contexts.upstream(config, "cluster", "cluster.test."))
                .hasMessageContaining("tls_minimum_protocol_version TLSv1_0 is not supported")
                .hasMessageContaining("cipher_suites: NULL-SHA is not known");
    }

    @Test
    void whatNeverWorksIsNamed() {
        DownstreamTlsContext config =
                DownstreamTlsContext.newBuilder()
                        .setSessionTimeout(Duration.newBuilder().setSeconds(1L << 33))
                        .setSessionTicketKeys(
                                TlsSessionTicketKeys.newBuilder()
                                        .addKeys(TlsProtos.inline("short")))
                        .setCommonTlsContext(
                                CommonTlsContext.newBuilder()
                                        .setTlsParams(
                                                TlsParameters.newBuilder().addEcdhCurves("X448"))
                                        .setValidationContext(
                                                CertificateValidationContext.newBuilder()
                                                        .addVerifyCertificateHash("abc")))
                        .build();

        assertThatThrownBy(() -> contexts.downstream(config, "a", "listener.a."))
                .hasMessageContaining("a.session_timeout is not from 0 s to 4294967295 s")
                .hasMessageContaining("a.session_ticket_keys.keys[0] has 5 bytes, not 80")
                .hasMessageContaining("verify_certificate_hash 'abc' is not the hexadecimal form")
                .hasMessageContaining("ecdh_curves: X448 is not known");
    }

    @Test
    void endsOfCertificatesAreStatistics() {
        var issued = root.issue("a.test");
        secrets.put(
                Secret.newBuilder()
                        .setName("mine")
                        .setTlsCertificate(TlsProtos.certificate(issued))
                        .build());
        DownstreamTlsContext config =
                DownstreamTlsContext.newBuilder()
                        .setCommonTlsContext(
                                CommonTlsContext.newBuilder()
                                        .addTlsCertificateSdsSecretConfigs(
                                                SdsSecretConfig.newBuilder().setName("mine")))
                        .build();

        contexts.downstream(config, "a", "listener.a.");

        assertThat(store.text(StatsQuery.ALL))
                .contains("listener.a.ssl.certificate.mine.expiration_unix_time_seconds: 1");
        contexts.forget("listener.a.");
        assertThat(store.text(StatsQuery.ALL)).doesNotContain("listener.a.");
    }

    @Test
    void serverWithoutACertificateIsRefused() {
        assertThatThrownBy(() ->
                        contexts.downstream(
                                DownstreamTlsContext.getDefaultInstance(),
                                "listener",
                                "listener.test."))
                .hasMessageContaining("no certificate; a server needs one");
    }

    @Test
    void namesWithoutABundleAreRefused() {
        UpstreamTlsContext config =
                UpstreamTlsContext.newBuilder()
                        .setCommonTlsContext(
                                CommonTlsContext.newBuilder()
                                        .setValidationContext(
                                                CertificateValidationContext.newBuilder()
                                                        .addMatchTypedSubjectAltNames(
                                                                TlsProtos.uri("spiffe://a/b"))))
                        .build();

        assertThatThrownBy(() -> contexts.upstream(config, "cluster", "cluster.test."))
                .isInstanceOf(TlsConfigException.class)
                .hasMessageContaining("names without trusted_ca prove nothing");
    }

    @Test
    void keyOfAnotherCertificateIsRefusedAndTheLastSecretStays() {
        secrets.put(TlsProtos.secret("default", root.issue("a.test")));
        StoredSecret good = secrets.find("default");
        Secret wrong =
                Secret.newBuilder()
                        .setName("default")
                        .setTlsCertificate(
                                TlsCertificate.newBuilder()
                                        .setCertificateChain(
                                                TlsProtos.inline(root.issue("a.test").chain()))
                                        .setPrivateKey(
                                                TlsProtos.inline(root.issue("a.test").key())))
                        .build();

        assertThatThrownBy(() -> secrets.put(wrong))
                .hasMessage(
                        "secret 'default'.tls_certificate: the private key is not the one of"
                                + " certificate CN=leaf");
        assertThat(secrets.find("default")).isSameAs(good);
    }

    @Test
    void garbageInsteadOfPemIsRefused() {
        assertThatThrownBy(() -> secrets.put(TlsProtos.bundle("ROOTCA", "not a certificate")))
                .hasMessageContaining("trusted_ca contains no certificate in PEM");
        assertThatThrownBy(() ->
                        secrets.put(
                                Secret.newBuilder()
                                        .setName("file")
                                        .setTlsCertificate(
                                                TlsCertificate.newBuilder()
                                                        .setCertificateChain(
                                                                DataSource.newBuilder()
                                                                        .setFilename("/no/such")))
                                        .build()))
                .hasMessageContaining("certificate_chain.filename /no/such cannot be read");
    }

    @Test
    void olderEncodingsOfKeysAreRead() {
        for (TestAuthority.Issued issued : List.of(root.issue("a.test"), root.issueRsa("a.test"))) {
            String old =
                    TestAuthority.traditionalPem(
                            Pem.privateKey(
                                    issued.key().getBytes(java.nio.charset.StandardCharsets.UTF_8),
                                    "key"));
            assertThat(old).containsAnyOf("BEGIN RSA PRIVATE KEY", "BEGIN EC PRIVATE KEY");

            secrets.put(TlsProtos.secret("old", new TestAuthority.Issued(issued.chain(), old)));

            assertThat(secrets.contains("old")).isTrue();
        }
    }

    @Test
    void waitersHearOnceWhenAllSecretsAreThere() {
        AtomicInteger heard = new AtomicInteger();
        Runnable unused = secrets.whenPresent(List.of("default", "ROOTCA"), heard::incrementAndGet);
        secrets.put(TlsProtos.secret("default", root.issue("a.test")));
        assertThat(heard).hasValue(0);

        secrets.put(TlsProtos.bundle("ROOTCA", root.pem()));
        secrets.put(TlsProtos.bundle("ROOTCA", new TestAuthority("other").pem()));

        assertThat(heard).hasValue(1);
        unused.run();
        secrets.whenPresent(List.of("default"), heard::incrementAndGet);
        assertThat(heard).hasValue(2);
    }

    @ParameterizedTest
    @CsvSource({
        "URI, exact, spiffe://a/b, spiffe://a/b, true",
        "URI, exact, spiffe://a/b, spiffe://a/bc, false",
        "URI, prefix, spiffe://a/, spiffe://a/bc, true",
        "URI, suffix, /bc, spiffe://a/bc, true",
        "URI, contains, //a, spiffe://a/bc, true",
        "URI, regex, spiffe://[a-c]/.*, spiffe://b/x, true",
        "URI, regex, spiffe://[a-c], spiffe://b/x, false",
        "DNS, exact, a.shop.test, a.shop.test, true",
        "DNS, exact, a.shop.test, *.shop.test, true",
        "DNS, exact, a.b.shop.test, *.shop.test, false",
        "DNS, exact, A.shop.test, a.SHOP.test, true",
        "URI, exact, A, a, false"
    })
    void namesAreMatchedAsEnvoyDoes(
            SanType type, String kind, String pattern, String name, boolean matches) {
        StringMatcher.Builder matcher = StringMatcher.newBuilder();
        switch (kind) {
            case "exact" -> matcher.setExact(pattern);
            case "prefix" -> matcher.setPrefix(pattern);
            case "suffix" -> matcher.setSuffix(pattern);
            case "contains" -> matcher.setContains(pattern);
            default -> matcher.setSafeRegex(RegexMatcher.newBuilder().setRegex(pattern));
        }

        SanMatcher compiled = SanMatcher.of(type, matcher.build(), "matcher");

        assertThat(compiled.test().test(name)).isEqualTo(matches);
    }
}
