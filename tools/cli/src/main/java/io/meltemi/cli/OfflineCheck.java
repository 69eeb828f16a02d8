package io.meltemi.cli;

import io.meltemi.galley.Galley;
import io.meltemi.galley.Report;
import io.meltemi.galley.finding.Suppression;
import io.meltemi.galley.source.DocumentSet;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot;
import io.meltemi.pilot.Pilot;
import io.meltemi.pilot.PilotSettings;
import java.nio.file.Path;
import java.util.List;

/// What is to be said about files: by Galley, and by Pilot, which translates what Galley has no
/// objection to. Thread-safe: stateless.
final class OfflineCheck {
    private OfflineCheck() {}

    static Report of(List<Path> paths) {
        return translated(Galley.check(paths));
    }

    /// The same for documents from anywhere, without Galley's findings that are not wanted.
    static Report of(List<DocumentSet> documents, List<Suppression> suppressed) {
        return translated(Galley.check(documents, suppressed));
    }

    private static Report translated(Report report) {
        return report.hasErrors()
                ? report
                : report.with(Pilot.dryRun(PilotSettings.DEFAULT, mesh(report)));
    }

    /// The mesh that files describe, without any instance that registers.
    static MeshSnapshot mesh(Report report) {
        return new MeshSnapshot(MeshSettings.DEFAULT, report.snapshot(), ServiceSnapshot.EMPTY);
    }
}
