package io.meltemi.citadel.ca;

import java.io.IOException;

/// What the mesh signs with and believes at this moment: roots of its own, or an authority that was
/// plugged in. Thread-safe.
public interface AuthorityKeys {
    /// What certificates are signed with now.
    IssuingKey issuing();

    /// Whose certificates are believed now.
    TrustBundle trust();

    /// Looks at the clock and at the files; called every few seconds. What cannot be used leaves
    /// what is in force as it is.
    ///
    /// @throws IOException when files cannot be read or written, or what they hold is wrong
    void refresh() throws IOException;

    /// Has another root take over.
    ///
    /// @return what happens now, and when the rest does, in a sentence for people
    /// @throws IOException when the new root cannot be kept
    /// @throws RefusedRequestException when this is not the time or the place for it
    String rotate() throws IOException, RefusedRequestException;
}
