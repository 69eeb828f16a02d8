/// Who asks for a certificate: what is believed of a caller, and in which order it is looked at.
@NullMarked
package io.meltemi.citadel.sender;

import org.jspecify.annotations.NullMarked;
