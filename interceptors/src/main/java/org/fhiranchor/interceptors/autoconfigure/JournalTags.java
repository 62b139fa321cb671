package org.fhiranchor.interceptors.autoconfigure;

import java.util.Optional;
import org.fhiranchor.interceptors.disclosure.SubjectTags;

/**
 * The tags of the journal that is kept, or was: what stands there is scanned and erased all the
 * same.
 *
 * @param tags empty where there never was one
 * @param kept whether it is kept now
 */
record JournalTags(Optional<SubjectTags> tags, boolean kept) {}
