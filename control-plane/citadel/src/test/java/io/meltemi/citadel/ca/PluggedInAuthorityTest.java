package io.meltemi.citadel.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PluggedInAuthorityTest {
    private static final SpiffeId INVOICE =
            new SpiffeId(TrustDomain.CLUSTER_LOCAL, "shop", "invoice");

    @TempDir Path folder;

    private PluggedInAuthority open() throws IOException {
        return PluggedInAuthority.open(folder, Optional.empty(), Clock.systemUTC());
    }

    /// Signs, and has the JDK judge the chain by the roots that come with it.
    private static List<X509Certificate> signed(AuthorityKeys keys) throws Exception {
        CertificateAuthority authority =
                new CertificateAuthority(keys, Duration.ofHours(1), Clock.systemUTC());
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        KeyPair pair = generator.generateKeyPair();
        List<X509Certificate> chain =
                authority.issueServer(pair.getPublic(), INVOICE, List.of("localhost"));
        var anchors = Set.of(new TrustAnchor(keys.trust().roots().getFirst(), null));
        var trust = new PKIXParameters(anchors);
        trust.setRevocationEnabled(false);
        CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance("X.509").generateCertPath(chain), trust);
        return chain;
    }

    @Test
    void aChainOfAuthoritiesReachesTheRoot() throws Exception {
        TestChain root = TestChain.root("CN=company root");
        TestChain between = root.authority("CN=company servers");
        TestChain mesh = between.authority("CN=mesh");
        mesh.plugInto(folder, root.pem(), mesh.pem() + between.pem() + root.pem());

        List<X509Certificate> chain = signed(open());

        assertThat(chain).hasSize(3);
        assertThat(chain.get(1)).isEqualTo(mesh.certificate());
        assertThat(chain.get(2)).isEqualTo(between.certificate());
        assertThat(chain.getFirst().getSigAlgName()).isEqualTo("SHA384withECDSA");
    }

    @Test
    void anRsaRootSignsByItself() throws Exception {
        TestChain root = TestChain.rsaRoot("CN=company root");
        root.plugInto(folder, root.pem(), "");

        List<X509Certificate> chain = signed(open());

        assertThat(chain).hasSize(1);
        assertThat(chain.getFirst().getSigAlgName()).isEqualTo("SHA256withRSA");
    }

    @Test
    void whatIsMissingOrWrongIsNamed() throws Exception {
        TestChain root = TestChain.root("CN=root");
        TestChain mesh = root.authority("CN=mesh");
        mesh.plugInto(folder, root.pem(), "");
        Path key = folder.resolve("ca-key.pem");

        Files.writeString(key, Pem.privateKey(root.pair().getPrivate()));
        assertThatThrownBy(this::open)
                .hasMessageContaining("ca-key.pem does not belong to")
                .hasMessageContaining("ca-cert.pem");
        Files.writeString(key, "nonsense");
        assertThatThrownBy(this::open).hasMessageContaining("ca-key.pem: no PEM block");
        Files.delete(key);
        assertThatThrownBy(this::open).hasMessageContaining("ca-key.pem is missing");
    }

    @Test
    void aRootThatDoesNotVouchForItIsSaid() throws Exception {
        TestChain mesh = TestChain.root("CN=root").authority("CN=mesh");
        mesh.plugInto(folder, TestChain.root("CN=stranger").pem(), "");

        assertThatThrownBy(this::open)
                .hasMessageContaining("CN=mesh")
                .hasMessageContaining("is not vouched for by")
                .hasMessageContaining("cert-chain.pem");
    }

    @Test
    void whoMayNotSignIsNoAuthority() throws Exception {
        TestChain root = TestChain.root("CN=root");
        root.leaf("CN=www").plugInto(folder, root.pem(), "");

        assertThatThrownBy(this::open).hasMessageContaining("may not sign certificates");
    }

    @Test
    void newFilesTakeEffectAndBrokenOnesDoNot() throws Exception {
        TestChain first = TestChain.root("CN=first");
        first.plugInto(folder, first.pem(), "");
        PluggedInAuthority authority = open();
        TestChain second = TestChain.root("CN=second");

        Files.writeString(folder.resolve("root-cert.pem"), first.pem() + second.pem());
        authority.refresh();
        assertThat(authority.trust().roots())
                .containsExactly(first.certificate(), second.certificate());
        assertThat(authority.issuing().certificate()).isEqualTo(first.certificate());

        Files.writeString(folder.resolve("ca-cert.pem"), second.pem());
        assertThatThrownBy(authority::refresh).hasMessageContaining("does not belong");
        assertThat(authority.issuing().certificate()).isEqualTo(first.certificate());

        second.plugInto(folder, first.pem() + second.pem(), "");
        authority.refresh();
        assertThat(authority.issuing().certificate()).isEqualTo(second.certificate());
        signed(new SecondRoot(authority));
    }

    /// Judges by the second root alone.
    private record SecondRoot(PluggedInAuthority authority) implements AuthorityKeys {
        @Override
        public IssuingKey issuing() {
            return authority.issuing();
        }

        @Override
        public TrustBundle trust() {
            return new TrustBundle(List.of(authority.trust().roots().getLast()));
        }

        @Override
        public void refresh() {}

        @Override
        public String rotate() {
            return "";
        }
    }

    @Test
    void itIsNotRotatedByTheMesh() throws Exception {
        TestChain root = TestChain.root("CN=root");
        root.plugInto(folder, root.pem(), "");

        assertThatThrownBy(open()::rotate)
                .isInstanceOf(RefusedRequestException.class)
                .hasMessageContaining("was plugged in");
    }
}
