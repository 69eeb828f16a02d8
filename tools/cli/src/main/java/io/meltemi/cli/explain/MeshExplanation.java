package io.meltemi.cli.explain;

import io.meltemi.cli.explain.Explanation.Result;
import io.meltemi.model.snapshot.MeshSnapshot;
import java.nio.file.Path;

/// Walks a request from its caller's proxy to the application. Thread-safe: stateless.
///
/// Pilot translates for the caller and for who is called, and the proxy's own code decides: there
/// is no second opinion on anything.
public final class MeshExplanation {
    private MeshExplanation() {}

    /// @param folder the configuration's, by which files are named
    /// @param from `NAMESPACE/SERVICE`; empty: the gateway that takes such requests
    /// @throws IllegalArgumentException where it cannot be told who calls whom, saying what to
    ///   write instead
    public static Explanation of(
            MeshSnapshot snapshot, Path folder, Question question, String from) {
        Walk walk = new Walk(snapshot, folder, question);
        Parties parties = walk.parties();
        Party caller =
                from.isEmpty()
                        ? parties.gateway(question.host(), question.port(), question.isTls())
                        : parties.named(from);
        Result result =
                switch (caller.kind()) {
                    case GATEWAY, SIDECAR -> new OutboundWalk(walk, caller).result();
                    case BARE -> new BareWalk(walk, caller).result();
                };
        return new Explanation(
                question.method() + " " + question.url(),
                caller.name() + " (" + caller.identity() + ")",
                caller.assumed(),
                walk.parts(),
                result);
    }
}
