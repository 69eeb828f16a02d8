package io.meltemi.cli.explain;

import io.meltemi.cli.explain.Explanation.Result;
import io.meltemi.model.service.Endpoint.Health;
import io.meltemi.pilot.scope.PortEndpoint;
import io.meltemi.proxy.explain.Call;
import java.util.List;
import java.util.Optional;

/// A caller without a proxy, that finds an instance by itself and says nothing of who it is.
/// Confined to one thread.
final class BareWalk {
    private final Walk walk;
    private final Party caller;

    BareWalk(Walk walk, Party caller) {
        this.walk = walk;
        this.caller = caller;
    }

    Result result() {
        HostNames names = new HostNames(walk, caller, walk.translate(caller));
        String address = names.address().orElseThrow(names::unknown);
        Optional<PortEndpoint> found = endpoint(address);
        walk.parts()
                .add(
                        new Part(
                                caller.name() + " itself, without a sidecar",
                                List.of(
                                        Step.of(
                                                "TLS",
                                                walk.question().isTls()
                                                        ? "the application's own"
                                                        : "none, plain text"),
                                        Step.of(
                                                "to",
                                                found.map(BareWalk::text)
                                                        .orElse(
                                                                address
                                                                        + ", where nobody is"
                                                                        + " known")))));
        Optional<Party> server =
                found.flatMap(e -> walk.parties().at(e.workload().address(), e.port()));
        return server.isEmpty()
                ? new Result.Reaches("meets no proxy of the mesh")
                : new InboundWalk(walk, server.get())
                        .result(
                                new Call(
                                        Walk.at(caller.node().address(), Walk.CALLER_PORT),
                                        Walk.at(
                                                found.get().workload().address(),
                                                found.get().port()),
                                        walk.application(),
                                        walk.question().request()));
    }

    private Optional<PortEndpoint> endpoint(String address) {
        return walk.mesh().ports().stream()
                .filter(port -> port.service().addresses().contains(address))
                .filter(port -> port.port().number() == walk.question().port())
                .flatMap(port -> port.endpoints().stream())
                .filter(each -> each.health() == Health.HEALTHY)
                .findFirst();
    }

    private static String text(PortEndpoint endpoint) {
        return endpoint.workload().address() + ":" + endpoint.port();
    }
}
