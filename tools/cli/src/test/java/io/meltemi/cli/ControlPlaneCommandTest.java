package io.meltemi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.identity.TrustDomain;
import io.meltemi.citadel.issuer.IdentityRule;
import io.meltemi.citadel.issuer.TokenIssuer;
import io.meltemi.citadel.issuer.TokenIssuer.Keys;
import io.meltemi.model.config.KeySource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class ControlPlaneCommandTest {
    @Test
    void issuersAreReadInTheirOrderEachWithItsOwnOptions() {
        ControlPlaneCommand command = new ControlPlaneCommand();
        String template = "spiffe://{trust-domain}/ns/{project}/sa/{job}";

        new CommandLine(command)
                .parseArgs(
                        "--token-issuer=https://ci.example",
                        "--token-audience=a,b",
                        "--token-identity=" + template,
                        "--token-skew=PT5S",
                        "--token-issuer=cluster",
                        "--token-audience=istio-ca",
                        "--token-identity=service-account",
                        "--token-keys=keys.json");

        TrustDomain domain = TrustDomain.CLUSTER_LOCAL;
        assertThat(command.issuers(domain))
                .containsExactly(
                        new TokenIssuer(
                                "https://ci.example",
                                Set.of("a", "b"),
                                new Keys.Fetched(new KeySource.Discovery("https://ci.example")),
                                IdentityRule.parse(template, domain),
                                Duration.ofSeconds(5)),
                        new TokenIssuer(
                                "cluster",
                                Set.of("istio-ca"),
                                new Keys.File(Path.of("keys.json")),
                                new IdentityRule.ServiceAccount(),
                                TokenIssuer.USUAL_SKEW));
    }
}
