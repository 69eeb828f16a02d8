package io.meltemi.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bouncycastle.asn1.x509.GeneralName.dNSName;
import static org.bouncycastle.asn1.x509.GeneralName.iPAddress;
import static org.bouncycastle.asn1.x509.GeneralName.uniformResourceIdentifier;

import io.meltemi.proxy.tls.Chains.Wish;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Chains of certificates, each good or wrong in one way. Thread-safe: stateless.
final class OwnChainsTest {
    private static final Instant NOW = Chains.NOW;
    private static final Duration DAY = Duration.ofDays(1);
    private static final String WORKLOAD = "spiffe://cluster.local/ns/shop/sa/invoice";
    private static final GeneralName MESH = new GeneralName(uniformResourceIdentifier, "mesh.test");
    private static final GeneralName HOSTS = new GeneralName(dNSName, "shop.test");

    @ParameterizedTest
    @MethodSource
    void chainsGetTheRightVerdict(ChainVector vector) {
        assertThat(vector.isTaken()).isEqualTo(vector.good());
    }

    static Stream<ChainVector> chainsGetTheRightVerdict() {
        Chains root = Chains.root(new Wish("root").authority());
        Chains middle = root.sign(new Wish("middle").authority());
        Chains short0 = root.sign(new Wish("short").authority(0));
        Chains below = short0.sign(new Wish("below").authority());
        Chains old = root.sign(new Wish("old").authority().between(NOW.minus(DAY), NOW.minus(DAY)));
        Chains nobody = root.sign(new Wish("nobody"));
        Chains sameName = Chains.root(new Wish("root").authority());
        Chains hosts = Chains.root(new Wish("hosts").authority().permitting(HOSTS).critical());
        Chains notHosts = Chains.root(new Wish("not-hosts").authority().excluding(HOSTS));
        Chains mesh = Chains.root(new Wish("mesh").authority().permitting(MESH));
        Chains meshMiddle = mesh.sign(new Wish("mesh-middle").authority());
        Chains limited = root.sign(new Wish("limited").authority().permitting(HOSTS).critical());
        return Stream.of(
                chain("leaf of the root", root, true, root.sign(leaf())),
                chain("one in between", root, true, middle.sign(leaf()), middle),
                chain("what is between is missing", root, false, middle.sign(leaf())),
                chain("another root of the same name", sameName, false, root.sign(leaf())),
                chain("signed by itself", root, false, Chains.root(leaf())),
                chain(
                        "expired",
                        root,
                        false,
                        root.sign(leaf().between(NOW.minus(DAY), NOW.minusSeconds(1)))),
                chain(
                        "not valid yet",
                        root,
                        false,
                        root.sign(leaf().between(NOW.plusSeconds(1), NOW.plus(DAY)))),
                chain("to the last second", root, true, root.sign(leaf().between(NOW, NOW))),
                chain("what is between has expired", root, false, old.sign(leaf()), old),
                chain("signed by a leaf", root, false, nobody.sign(leaf()), nobody),
                chain("longer than allowed", root, false, below.sign(leaf()), below, short0),
                chain("as long as allowed", root, true, short0.sign(leaf()), short0),
                chain(
                        "unknown but critical",
                        root,
                        false,
                        root.sign(
                                leaf().with(
                                                new ASN1ObjectIdentifier("1.3.6.1.4.1.1.2.3"),
                                                DERNull.INSTANCE)
                                        .critical())),
                chain(
                        "for something else",
                        root,
                        false,
                        root.sign(
                                leaf().with(
                                                Extension.extendedKeyUsage,
                                                new ExtendedKeyUsage(
                                                        KeyPurposeId.id_kp_codeSigning)))),
                chain(
                        "for clients",
                        root,
                        true,
                        root.sign(
                                leaf().with(
                                                Extension.extendedKeyUsage,
                                                new ExtendedKeyUsage(
                                                        KeyPurposeId.id_kp_clientAuth)))),
                chain(
                        "for servers alone",
                        root,
                        false,
                        root.sign(
                                leaf().with(
                                                Extension.extendedKeyUsage,
                                                new ExtendedKeyUsage(
                                                        KeyPurposeId.id_kp_serverAuth)))),
                chain("within the root's limits", hosts, true, hosts.sign(host("a.shop.test"))),
                chain("outside the root's limits", hosts, false, hosts.sign(host("a.bank.test"))),
                chain("within the excluded", notHosts, false, notHosts.sign(host("a.shop.test"))),
                chain("outside the excluded", notHosts, true, notHosts.sign(host("a.bank.test"))),
                chain("another trust domain than the root's", mesh, false, mesh.sign(leaf())),
                chain(
                        "the root's trust domain",
                        mesh,
                        true,
                        mesh.sign(uri("spiffe://mesh.test/ns/a/sa/b"))),
                chain(
                        "another trust domain, one in between",
                        mesh,
                        false,
                        meshMiddle.sign(leaf()),
                        meshMiddle),
                chain(
                        "within limits in between",
                        root,
                        true,
                        limited.sign(host("a.shop.test")),
                        limited),
                chain(
                        "outside limits in between",
                        root,
                        false,
                        limited.sign(host("a.bank.test")),
                        limited),
                named("its name", "DNS a.shop.test", true, root.sign(host("a.shop.test")), root),
                named(
                        "a name below",
                        "DNS a.a.shop.test",
                        false,
                        root.sign(host("a.shop.test")),
                        root),
                named("a wildcard", "DNS a.shop.test", true, root.sign(host("*.shop.test")), root),
                named(
                        "a wildcard for two",
                        "DNS a.b.shop.test",
                        false,
                        root.sign(host("*.shop.test")),
                        root),
                named(
                        "a wildcard for none",
                        "DNS shop.test",
                        false,
                        root.sign(host("*.shop.test")),
                        root),
                named("the subject alone", "DNS leaf", false, root.sign(new Wish("leaf")), root),
                named(
                        "an address",
                        "IP 10.0.0.1",
                        true,
                        root.sign(new Wish("leaf").named(iPAddress, "10.0.0.1")),
                        root),
                named(
                        "an address of IPv6",
                        "IP ::1",
                        true,
                        root.sign(new Wish("leaf").named(iPAddress, "::1")),
                        root),
                named(
                        "an address as a host",
                        "IP 10.0.0.1",
                        false,
                        root.sign(host("10.0.0.1")),
                        root));
    }

    private static Wish leaf() {
        return uri(WORKLOAD);
    }

    private static Wish uri(String text) {
        return new Wish("leaf").named(uniformResourceIdentifier, text);
    }

    private static Wish host(String name) {
        return new Wish("leaf").named(dNSName, name);
    }

    private static ChainVector chain(String id, Chains root, boolean good, Chains... chain) {
        return vector(id, root, List.of(), good, chain);
    }

    private static ChainVector named(
            String id, String name, boolean good, Chains leaf, Chains root) {
        return vector(id, root, List.of(name), good, leaf);
    }

    private static ChainVector vector(
            String id, Chains root, List<String> names, boolean good, Chains... chain) {
        String pem = String.join("\n", Stream.of(chain).map(Chains::pem).toList());
        return new ChainVector(id, root.pem(), pem, "", NOW, true, names, -1, good);
    }
}
