// One file, so that the content is loaded once for all of them.
import './quiet.ts'
import './same-facts.ts'
import './worse.ts'
import './hostile.ts'
