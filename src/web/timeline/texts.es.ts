import type { Words } from '../language.ts'
import type { English } from './texts.ts'

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

/** Every text of the timeline page in Spanish. */
export const SPANISH: Words<English> = {
  page: {
    title: 'Cronología de inotuzumab',
    skip: 'Ir a la próxima dosis',
    print: 'Imprimir resumen',
    sections: 'Secciones',
    loading: { engine: 'Cargando las reglas…', record: 'Leyendo la historia…', session: 'Iniciando sesión…' },
    expires: (minutes) => (minutes > 0 ? `El acceso termina en ${minutes} min` : 'El acceso ha terminado'),
    ended: 'El acceso a la historia ha terminado. Lo mostrado se leyó antes; no incluye resultados más recientes.',
    again: 'Iniciar de nuevo',
    content: (profile, revision, hash) => `${profile} · ficha ${revision} · contenido ${hash}`,
    readAt: (time) => `Historia leída a las ${time}`,
    reload: 'Leer de nuevo',
  },
  patient: {
    label: 'Paciente', unnamed: 'Nombre no registrado', born: (date) => `nac. ${date}`, years: (years) => `${years} años`, id: (id) => `id ${id}`,
  },
  trouble: {
    'not-launched': ['No iniciada desde una historia', 'Esta aplicación lee la historia de un paciente en la HCE que la inicia. Ábrala desde una tarjeta o desde la HCE, o elija un servidor abajo.'],
    'unknown-server': ['Este servidor no es conocido', 'La aplicación no está configurada para el servidor FHIR que la inició. El servidor debe figurar en timeline.config.json.'],
    refused: ['La HCE no dio acceso', 'El inicio de sesión se rechazó, se canceló o tardó demasiado. Inicie de nuevo la aplicación.'],
    failed: ['El inicio de sesión no funcionó', 'No se pudo contactar con el servidor de autorización de la HCE, o su respuesta no sirve. Inicie de nuevo la aplicación.'],
    'no-patient': ['No se eligió paciente', 'El inicio no nombró a ningún paciente. En un servidor sin inicio de sesión la dirección debe nombrarlo: ?iss=…&patient=…'],
    'token-expired': ['El acceso ha terminado', 'El token de acceso ya no es válido. Inicie de nuevo la aplicación para leer la historia.'],
    'record-unreachable': ['No se pudo leer la historia', 'El servidor FHIR no respondió o lo rechazó. No se comprobó nada.'],
    'rules-unavailable': ['No se pudieron cargar las reglas', 'El servicio no envió sus reglas, así que aquí no se puede comprobar nada.'],
    'no-configuration': ['La aplicación no está configurada', 'No se pudo leer timeline.config.json.'],
  },
  start: { servers: 'Iniciar por su cuenta', open: (name) => `Abrir ${name}`, needsPatient: 'necesita ?patient= en la dirección' },
  empty: {
    title: 'Sin inotuzumab en esta historia',
    text: 'No se administró ninguna dosis ni hay ninguna prescrita. Aun así se puede preguntar a las reglas por una primera dosis.',
    ask: 'Comprobar una primera dosis hoy',
  },
  unread: (what) => `Sin leer: ${what}. Las reglas que lo necesitan no llegaron a un veredicto.`,
  dose: {
    heading: 'Próxima dosis',
    on: (label, date) => `${label} el ${date}`,
    ordered: 'prescrita', assumed: 'supuesta: no consta una prescripción',
    none: 'Ninguna regla frena esta dosis ni advierte de ella. No es un visto bueno: lea lo que no se pudo juzgar.',
    asked: (rules, open) => `${count(rules, 'regla')} preguntadas, ${open} sin veredicto`,
    why: '¿Por qué?',
    until: 'Hasta que',
    preview: 'avance: la dosis aún está lejos',
    patient: 'Sobre el paciente',
  },
  indicator: { critical: 'Crítica', warning: 'Advertencia', info: 'Información' },
  rules: {
    heading: 'Por qué saltó o no cada regla',
    filter: 'Mostrar', search: 'Buscar reglas',
    outcomes: { fired: 'Saltó', unknown: 'Sin veredicto', replaced: 'Reemplazada', silent: 'En silencio' },
    outcomeWords: { fired: 'saltó', unknown: 'sin veredicto', replaced: 'habla por ella una regla más fuerte', silent: 'en silencio' },
    all: 'Todas',
    when: 'Salta cuando se cumple todo esto', unless: 'Salvo que', levels: 'Decide el primero que se cumple',
    holds: { yes: 'se cumple', no: 'no se cumple', open: 'no se puede saber' },
    value: 'Valor', date: 'Fecha', source: 'Fuente', fact: 'Qué se miró', missing: (why) => `falta: ${why}`,
    page: 'Regla con evidencia y límites',
    none: 'Ninguna regla coincide.',
    own: 'derivado',
    more: (n) => `y ${n} más`,
  },
}
