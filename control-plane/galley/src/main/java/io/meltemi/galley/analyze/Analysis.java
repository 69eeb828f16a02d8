package io.meltemi.galley.analyze;

import io.meltemi.galley.decode.DecodedDocument;
import io.meltemi.model.snapshot.MeshSettings;
import java.util.List;

/// All checks across resources. Immutable.
public final class Analysis {
    private static final List<Analyzer> ANALYZERS =
            List.of(
                    new AllowsNothing(),
                    new AddressesOfPlainPorts(),
                    new AmbiguousPeerAuthentication(),
                    new ClaimRoutes(),
                    new ConflictingGateways(),
                    new ConflictingMeshHosts(),
                    new ConflictingProtocols(),
                    new DestinationHosts(),
                    new DestinationSubsets(),
                    new EnvoyFilterOperations(),
                    new GatewayCertificates(),
                    new GatewayCredentials(),
                    new GatewayPorts(),
                    new GatewayReferences(),
                    new HostsInGateway(),
                    new SidecarConflicts(),
                    new TelemetryConflicts(),
                    new TokenChecks(),
                    new UnknownProviders(),
                    new UnnamedAuthorities());

    private Analysis() {}

    public static void analyze(
            List<DecodedDocument> documents, MeshSettings settings, KnownServices services) {
        AnalysisInput input = new AnalysisInput(documents, settings, services);
        ANALYZERS.forEach(analyzer -> analyzer.analyze(input));
    }
}
